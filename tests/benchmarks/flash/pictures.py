"""The cross-check: what the screen showed, as pictures of its frames."""

from __future__ import annotations

from typing import Final, cast

from flash.loads import Chromium, Load, prepare, session, visit
from flash.pages import Technique
from flash.server import Site

# The default is on a red ground, the variant on a green one (style.css); nothing else in the page is coloured.
LOOK: Final = """
async pictures => {
  const canvas = new OffscreenCanvas(320, 200), pen = canvas.getContext("2d", { willReadFrequently: true });
  const seen = [];
  for (const picture of pictures) {
    const blob = await (await fetch("data:image/png;base64," + picture)).blob();
    pen.drawImage(await createImageBitmap(blob), 0, 0, 320, 200);
    const { data } = pen.getImageData(0, 0, 320, 200);
    let red = 0, green = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] > 150 && data[i + 1] < 60) red++;
      if (data[i + 1] > 120 && data[i] < 60) green++;
    }
    seen.push(red > 500 ? "d" : green > 500 ? "v" : "");
  }
  return seen;
}
"""


def pictured(browser: Chromium, site: Site, technique: Technique, delay: int | str) -> tuple[str, Load]:
    """Load once, and give what the pictures showed, each change once, and what the sampler noted."""
    with browser.page() as page:
        prepare(page, site, technique)
        taken: list[str] = []
        screen = session(page)

        def take(event: dict[str, object]) -> None:
            taken.append(cast(str, event["data"]))
            screen.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

        screen.on("Page.screencastFrame", take)
        screen.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
        site.set(technique, delay)
        seen = visit(page, site, technique, delay)
        screen.send("Page.stopScreencast")
        page.goto(f"{site.origin}/blank")
        shown = [one for one in cast("list[str]", page.evaluate(LOOK, taken)) if one]
    return "".join(one for number, one in enumerate(shown) if number == 0 or shown[number - 1] != one), seen

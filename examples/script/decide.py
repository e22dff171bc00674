from mitate import Mitate, Visitor, new_id

mitate = Mitate.from_path("shop")
someone = new_id()


def on(path: str) -> Visitor:
    return Visitor(id=someone, consent={"personalization": True}, page_view=new_id(), url=f"https://shop.example{path}")


for path in ("/", "/nurse/white", "/nurse/quiet", "/"):
    hero = mitate.decide(on(path))["hero"]
    print(f"{path:13} {hero.reason:16} {hero.value or 'the page as it is'}")

print(mitate.explain(on("/")).why("hero"))

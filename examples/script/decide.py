from mitate import Mitate, Visitor, new_id

mitate = Mitate.from_path("shop")
visitor = {"id": new_id(), "consent": {"personalization": True}}

for path in ("/", "/nurse/white", "/nurse/quiet", "/"):
    decisions = mitate.decide(Visitor(**visitor, page_view=new_id(), url=f"https://shop.example{path}"))
    print(f"{path:13} {decisions['hero'].reason:16} {decisions['hero'].value or 'the page as it is'}")

print(mitate.explain(Visitor(**visitor)).why("hero"))

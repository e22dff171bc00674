from mitate import compile_rule

rule = compile_rule(
    {
        "and": [
            {"==": [{"var": "geo.country"}, "JP"]},
            {"<": [{"var": "account.employees"}, 50]},
            {">": [{"var": "live.scroll"}, 60]},
        ]
    }
)
visitor = {"geo": {"country": "JP"}, "account": {"employees": 12}}

print(rule.partial(visitor, withheld=["live.scroll"]))
print(rule.partial({**visitor, "geo": {"country": "SG"}}, withheld=["live.scroll"]))

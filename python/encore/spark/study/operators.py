"""What stands in Spark's generated code: "WholeStageCodegen (3)" as the operators that it holds, found by laying the plan of a query
beside the RDDs that ran. Numbers begin anew in every table that was kept, so each such table has names of its own."""

import re

_wrappings = ("AdaptiveSparkPlan", "ResultQueryStage", "==")  # around a plan that is made anew while it runs


def names_of_code(plan):
    """{first line of a kept table's plan, or None for the query's own: {"WholeStageCodegen (3)": "Project, Filter"}}, from a
    sparkPlanInfo of the event log."""
    found = {None: {}}
    _walk(plan, found[None], found)
    return found


def tables_of(rdds):
    """{id of an RDD: the first line of the kept table that it helps to make, or None}. `rdds`: of all stages of a job, as the event log
    has them."""
    by_id = {rdd["RDD ID"]: rdd for rdd in rdds}
    read = {parent for rdd in rdds for parent in rdd["Parent IDs"]}
    table = {}
    waiting = [(number, None) for number in by_id if number not in read]
    while waiting:
        number, below = waiting.pop()
        if number in by_id and number not in table:
            name = by_id[number]["Name"]  # a table that is or was kept is called after its plan, others after their class
            table[number] = below if re.fullmatch(r"\w+", name) else _first_line(name)
            waiting += [(parent, table[number]) for parent in by_id[number]["Parent IDs"]]
    return table


def is_kept(rdd):
    """Whether the rows of an RDD were cached."""
    level = rdd.get("Storage Level", {})
    return bool(level.get("Use Memory") or level.get("Use Disk"))


def _walk(node, names, found):
    if node["nodeName"].startswith("WholeStageCodegen"):
        names[node["nodeName"]] = ", ".join(_inside(node))
    for child in node["children"]:
        if node["nodeName"].startswith("InMemoryTableScan"):
            _walk(child, found.setdefault(_first_line(_root_of(child)), {}), found)
        else:
            _walk(child, names, found)


def _root_of(node):
    """What a kept table's RDD is called after: the first operator."""
    while node["nodeName"].startswith(("WholeStageCodegen", *_wrappings)) and node["children"]:
        node = node["children"][0]
    return node.get("simpleString", node["nodeName"])


def _inside(node):
    """The operators that one piece of generated code holds, in the order of the rows; of joins the side that rows flow through."""
    names = []
    for child in node["children"]:
        if child["nodeName"] not in ("InputAdapter", "ColumnarToRow") and not child["nodeName"].startswith("WholeStageCodegen"):
            names += [*_inside(child), child["nodeName"].strip()]
    return names


def _first_line(text):
    """The first operator of a plan's text, without the number of its generated code ("*(5) Project …") and what only one of the two
    texts has; cut before Spark cuts it."""
    lines = [re.sub(r"^\*\(\d+\) ", "", line.lstrip(" +-:")) for line in text.strip().split("\n")]
    line = next((line for line in lines if line and not line.startswith(_wrappings)), lines[0])
    return line.split(", output=")[0].rstrip(")")[:80]

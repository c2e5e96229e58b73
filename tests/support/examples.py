"""Arguments for every macro that makes a whole statement, for any engine; by name, so that an example can be checked."""

from __future__ import annotations

from typing import Any

from driftql.engines import Engine
from driftql.sql import fragments
from driftql.sql.render import render

__all__ = ["examples"]

Arguments = dict[str, Any]

# Engines that cannot read a list column; a macro that needs one says so.
WITHOUT_LISTS = frozenset({"redshift"})


def examples(engine: Engine) -> dict[str, list[Arguments]]:
    """Macro -> calls that together reach every branch."""

    def name(text: str) -> str:
        return fragments.identifier(text, engine)

    def text(value: str) -> str:
        return fragments.text(value, engine)

    table = f"{name('prod')}.{name('predictions')}"
    moment = render("timestamp_value", engine, text("2026-01-31 12:00:00.000000"))
    ref = f"(select * from {table} as monitored where ({name('side')} = 0))"
    cur = f"(select * from {table} as monitored where ({name('side')} = 1))"
    windows = {"ref": ref, "cur": cur}
    probabilities: list[Arguments] = [{"probabilities": [name("p a"), name("p_b")], "is_list": 0}]
    if engine.name not in WITHOUT_LISTS:
        probabilities.append({"probabilities": [name("probs")], "is_list": 1})
    terms = [["0e0", "1e1", "1e0", 0, 0], ["2e0", "4e0", "9e0", 1, 1], ["0e0", "1e0", "5e-1", 1, 0]]
    warps: list[list[Any]] = [[], [1, "2e0", "1e-1"], [-1, "2e0", "1e-1"], [2, "2e0", "1e-1"]]
    fractions = ["1e-1", "5e-1", "9e-1"]
    plain = [[1, name("age"), 1], [2, name("Größe"), 0], [3, render("flag_value", engine, name("flag")), 0]]
    steps = [["1e1", "5e-1"], ["1e2", "2.5e-1"]]
    tables = {role: f"{name('drift')}.{name(role)}" for role in ("runs", "metrics", "telemetry")}
    user, label, start = name("user_id"), name("label"), name("bucket_start_ts")
    people = {**windows, "user": user, "max_users": 100, "critical": steps, "own_rows": 50}
    own = {"least_rows": 2, "own_limit": "-7e0"}
    rate = {"ref_hits": 3, "ref_n": 100, "effect": "1e-1", "z_from": 300, "z": "2e0"}
    sides = [["null", user], ["null", label]]
    confidences = [
        render("row_confidence", engine, name("confidence"), [], 0),
        render("row_confidence", engine, "", [name("p_a"), name("p_b")], 0),
        render("row_confidence", engine, "", probabilities[-1]["probabilities"], probabilities[-1]["is_list"]),
    ]
    settings: Arguments = {
        "min_rows": 10,
        "psi": "2e-1",
        "psi_epsilon": "1e-4",
        "ks": "5e-2",
        "reject_rate_increase": "1e-1",
        "entropy_ratio": "2e0",
        "entropy_increase": "1e-1",
        "class_shift": "1.5e-1",
        "category_shift": "1.5e-1",
        "new_category": "1e-2",
        "category_limit": 3,
        "missing_increase": "5e-2",
        "alpha": "5e-2",
        "evidence": 1,
        "reject_label": text("Mixed/Unknown"),
        "entropy_floor": "1e-8",
        "probability_tolerance": "1e-2",
    }
    named = [[text(f"it's {number}"), value, is_float] for number, value, is_float in plain]
    finished = {**windows, "fractions": fractions, "settings": settings}
    rules = [settings, {**settings, "evidence": 0}]
    mixes = [[text("it's a category"), label, label], [text("other"), user, label]]
    whole = [
        {**finished, "features": named, "categories": mixes[:1], "label": label, **probabilities[0]},
        {**finished, "features": [], "categories": [], "label": "null", **probabilities[-1]},
        {**finished, "features": named[:1], "categories": [], "label": "null", "probabilities": [], "is_list": 0},
        {**finished, "features": [], "categories": mixes, "label": "null", "probabilities": [], "is_list": 0},
        {**finished, "features": [], "categories": [], "label": "null", "probabilities": [], "is_list": 0},
    ]
    uncounted = [
        [text("columns_left_out"), text("it's a note"), text("it is VARCHAR, not a number")],
        [text("class_shift"), "null", text("'cur' has no column of this name")],
    ]
    timeless = [
        text("bucket_start_ts"),
        f"(select count(*) as row_count from {table} as monitored where {start} is null)",
    ]
    missing: list[list[Any]] = [
        [text("it's 1"), text("missing"), "missing", name("age")],
        [text("it's 1"), text("NaN or infinite"), "non_finite", name("age")],
        [text("label"), text("no label"), "missing", [label, label]],
        ["null", text("incomplete probabilities"), "incomplete", [name("p a"), name("p_b")]],
        [text("user_id"), text("no user_id"), "missing", user],
    ]
    of_list = [text("probs"), text("incomplete probabilities"), "incomplete", probabilities[-1]["probabilities"]]
    queue: Arguments = {
        "queue": name("driftql_queue"),
        "source": cur,
        "user": user,
        "bucket_start": start,
        "bucket_end": render("add_seconds", engine, start, 60),
        "label": label,
        "reason": text("drift"),
        "created_at": moment,
        "monitor": text("it's a monitor"),
        "table": "null",
    }
    # number, kind, reference value, current value, is_float, limits
    values: list[list[Any]] = [
        ["below", name("age"), name("age"), 1, ["1e0", "2e0"]],
        ["equal", label, "null", 0, [text("a'b"), text("c")]],
        ["category", label, label, 0, [text("a'b")]],
        ["among", label, label, 0, [text("a'b"), text("c")]],
        ["missing", name("age"), name("age"), 0, []],
        ["non_finite", name("age"), name("age"), 1, []],
    ]
    vectors: list[tuple[Arguments, list[list[Any]]]] = [
        (
            {"is_list": vector["is_list"]},
            [
                *values,
                *(
                    [kind, vector["probabilities"], vector["probabilities"], 0, []]
                    for kind in ("entropy", "incomplete")
                ),
            ],
        )
        for vector in probabilities
    ]
    return {
        "bucket_range": [
            {"source": table, "bucket_start": start, "condition": ""},
            {"source": table, "bucket_start": render("utc_timestamp", engine, start, 1), "condition": ""},
            {"source": table, "bucket_start": render("utc_timestamp", engine, start, 0), "condition": "(a > 1)"},
        ],
        "cluster_carrier": [
            {**windows, **vector, "clusters": [user, user], "measure": [1, *measure], "share": 1, "floor": "1e-8"}
            for vector, measures in vectors
            for measure in (measures[0], measures[-2])
        ],
        "cluster_counts": [
            {
                **windows,
                **vector,
                "clusters": [user, "null"],
                "measures": [[number, *measure] for number, measure in enumerate(measures, start=1)],
                "floor": "1e-8",
            }
            for vector, measures in vectors
        ],
        "cluster_sums": [
            {
                **windows,
                **vector,
                "clusters": [user, user],
                "measure": [1, *measure],
                "largest": "1e-2",
                "floor": "1e-8",
            }
            for vector, measures in vectors
            for measure in (measures[0], measures[2], measures[-2])
        ],
        "confidence_profile": [{"source": cur, "confidence": confidence} for confidence in confidences],
        "enqueue": [
            {**queue, "confidence": confidences[0], "row_id": "", "condition": "1 = 1", "max_rows": 50},
            {**queue, "confidence": confidences[1], "row_id": "", "condition": "confidence < 5.5e-1", "max_rows": 0},
            {
                **queue,
                "confidence": confidences[2],
                "row_id": render("as_text", engine, name("id")),
                "condition": "1 = 1",
                "max_rows": 1,
            },
        ],
        "feature_counts": [
            {**windows, "features": plain, "fractions": fractions, "as_double": 1, "repeats": 1, "narrow": 1},
            {**windows, "features": plain, "fractions": fractions, "as_double": 1, "repeats": 0, "narrow": 0},
            {**windows, "features": plain[1:2], "fractions": fractions[:1], "as_double": 0, "repeats": 0, "narrow": 1},
        ],
        "feature_histogram": [
            {
                **windows,
                "features": [[*feature, warps[index], terms] for index, feature in enumerate(plain)],
                "quantiles": 10,
                "narrow": narrow,
            }
            for narrow in (0, 1)
        ]
        + [{**windows, "features": [[*plain[0], warps[3], terms[:1]]], "quantiles": 2, "narrow": 0}],
        "feature_refined": [
            {
                **windows,
                "number": 1,
                "value": name("age"),
                "is_float": is_float,
                "warp": warp,
                "terms": terms,
                "fractions": fractions,
                "as_double": as_double,
            }
            for (is_float, as_double), warp in zip([(0, 0), (0, 1), (1, 0), (1, 1)], warps, strict=True)
        ],
        "feature_histogram_chained": [
            {
                **windows,
                "features": [[*feature, warps[index], terms] for index, feature in enumerate(plain)],
                "quantiles": 10,
            }
        ],
        "feature_refined_chained": [
            {
                **windows,
                "number": 1,
                "value": name("age"),
                "is_float": 1,
                "warp": warp,
                "terms": terms,
                "fractions": fractions,
                "as_double": as_double,
            }
            for as_double, warp in ((0, warps[0]), (1, warps[3]))
        ],
        "features_refined": [
            {
                **windows,
                "features": [[*feature, warps[index], terms] for index, feature in enumerate(plain)],
                "fractions": fractions,
            },
            {**windows, "features": [[*plain[0], warps[3], terms[:1]]], "fractions": fractions[:1]},
        ],
        "feature_sample": [
            {
                "sources": [render("sampled", engine, table, name("age"), "(1 = 1)", "5e0", "2.5e-1")] * 2,
                "features": plain,
                "fractions": fractions,
            }
        ],
        "bins_query": [{**finished, "features": named}, {**finished, "features": named[:1], "fractions": ["5e-1"]}],
        "check_query": [
            # With all of them; their parts alone; the other parts of verdict_query are tried there.
            *({**example, "uncounted": [], "timeless": [], "missing": []} for example in whole[1:3]),
            {**whole[0], "settings": rules[1], "uncounted": uncounted, "timeless": timeless, "missing": missing},
        ],
        "categories_query": [{**windows, "features": mixes, "settings": settings}],
        "classes_query": [{**windows, "label": label}],
        "features_query": [
            {**finished, "features": named},
            {**finished, "features": named[:1], "fractions": ["5e-1"]},
        ],
        "measures_query": [{**finished, "features": named}],
        "labels_query": [
            {key: value for key, value in example.items() if key not in ("features", "categories", "fractions")}
            for example in whole[:3]
        ],
        "missing_query": [
            {**windows, "missing": missing, "is_list": 0, "settings": settings},
            {**windows, "missing": [of_list], "is_list": probabilities[-1]["is_list"], "settings": settings},
        ],
        "missing_tests_query": [{"source": name("rows"), "settings": settings}],
        "results_query": whole[2:],  # the others are in check_query
        "verdict_query": [
            {"source": name("rows"), "settings": rule, "uncounted": uncounted, "timeless": timeless} for rule in rules
        ],
        "label_profile": [
            *(
                {**windows, "label": label, **vector, "floor": "1e-8", "tolerance": "1e-2", "max_rows": 2001}
                for vector in [
                    *probabilities,
                    {"probabilities": [name("p_a")], "is_list": 0},
                    {"probabilities": [], "is_list": 0},
                ]
            ),
            {**windows, "label": "null", **probabilities[0], "floor": "1e-8", "tolerance": "1e-2", "max_rows": 9},
        ],
        "probability_sums": [{"source": table, "probabilities": [name("p_a"), name("p_b")], "max_rows": 1000}],
        "category_counts": [
            {**windows, "features": [[1, label, label], [2, user, label]], "listed": 3, "named": 2, "least": [1, 2, 5]}
        ],
        "value_sample": [{"source": table, "values": [name("kind"), name("place")], "max_rows": 1000}],
        "users_by_category": [
            {
                **people,
                **own,
                "user": one,
                "category": [label, label],
                "categories": [[text("a'b"), 10], [text("c"), 5]],
                "others": 5,
                "effect": "1.5e-1",
            }
            for one in (people["user"], sides[0])
        ],
        "users_by_class": [
            {
                **people,
                **own,
                **roles,
                "classes": [[text("a'b"), 10], [text("c"), 0]],
                "ref_n": 10,
                "effect": "1.5e-1",
            }
            for roles in ({"label": label}, {"user": sides[0], "label": sides[1]})
        ],
        "users_by_entropy": [
            {
                **people,
                **vector,
                "user": sides[0] if falls else user,
                "floor": "1e-8",
                "ref_n": 100,
                "ref_mean": "5e-1",
                "ref_variance": "1e-2",
                "effect": "2e0",
                "increase": "1e-1",
                "falls": falls,
            }
            for vector in [*probabilities, {"probabilities": [name("p_a")], "is_list": 0}]
            for falls in (0, 1)
        ],
        "users_by_feature": [
            {
                **people,
                **own,
                "user": who,
                "value": name("age"),
                "is_float": is_float,
                "edges": edges,
                "shares": ["2e-1", "5e-1", "3e-1"][: len(edges) + 1],
                "floor": "1e-4",
                "effect": "2e-1",
            }
            for is_float, who, edges in ((0, user, ["1e0", "2e0"]), (1, sides[0], ["1e0"]))
        ],
        "users_by_new_category": [
            {
                **windows,
                "user": user,
                "category": [label, label],
                "ref_hits": 3,
                "ref_n": 100,
                "effect": "1e-2",
                "critical": steps,
                "z_from": 300,
                "z": "2e0",
                "least_rows": 2,
                "max_users": 100,
            }
        ],
        "users_by_reject_rate": [
            {
                **people,
                **own,
                **roles,
                **rate,
                "reject_label": text("Mixed/Unknown"),
            }
            for roles in ({"label": label}, {"user": sides[0], "label": sides[1]})
        ],
        "users_by_missing": [
            {**people, **own, **rate, "value": value, "kind": kind, "is_list": is_list}
            for value, kind, is_list in (
                (name("age"), "missing", 0),
                ([name("age"), "null"], "non_finite", 0),
                ([name("p_a"), name("p_b")], "incomplete", 0),
            )
        ],
        "users_by_rate": [
            {
                **people,
                **own,
                **rate,
                "usable": name("age"),
                "hit": f"{name('age')} > 3",
                "words": ["rows with an age", "those above 3"],
            }
        ],
        "past_rows": [
            {"source": table, "bucket_start": start, "horizon": moment, "condition": condition}
            for condition in ("", "(a > 1)")
        ],
        "rows_per_day": [{**windows, "days": [start, render("add_seconds", engine, start, 60)], "max_rows": 801}],
        "rows_without_time": [{"windows": [[table, f"{start} is null"], [table, "(a > 1)"]]}],
        "window_overlap": [{"source": table, "ref_condition": "(a < 1)", "cur_condition": "(a > 1)"}],
        "window_profile": [
            {
                **windows,
                "features": [feature[1:] for feature in plain],
                "bucket_start": start,
                "schema_version": name("schema_version"),
                "user": name("user_id"),
                "with_distinct": 1,
            },
            {
                **windows,
                "features": [],
                "bucket_start": "null",
                "schema_version": "null",
                "user": "null",
                "with_distinct": 0,
            },
        ],
        "long_rows": [
            {
                **{role: queue[role] for role in ("source", "user", "bucket_start", "label")},
                "row_id": row_id,
                "condition": "length(user_id) > 512",
                "max_rows": 4,
            }
            for row_id in ("", render("as_text", engine, name("id")))
        ],
        "count_pending": [{"queue": name("driftql_queue"), "condition": f"request_id = {text('x')}"}],
        "add_columns": [{"target": tables["runs"], "columns": [["current_end", "moment"], ["node_id", "text"]]}],
        "create_history": [tables],
        "create_queue": [{"queue": name("driftql_queue")}],
        "create_queue_rule": [
            {"queue": name("driftql_queue"), "index_name": name(f"driftql_queue_one_{by}"), "by": by}
            for by in ("bucket", "row")
        ],
        "migrate_queue": [
            {"queue": name("driftql_queue"), "index_name": index} for index in ("", name("driftql_queue_one_pending"))
        ],
        "queue_collisions": [{"queue": name("driftql_queue"), "max_rows": 4}],
        "queue_indexes": [{"table": text(name("driftql_queue"))}],
        "widen_column": [{"table": name("driftql_queue"), "column": "user_id"}],
        "lock_queue": [{"queue": name("driftql_queue")}],
        "settle_queue": [{"queue": name("driftql_queue")}],
        "insert_rows": [
            {
                "target": tables["metrics"],
                "columns": ["run_id", "value"],
                "rows": [[text("a"), "1e0"], [text("b"), "null"]],
            }
        ],
        "mark_request": [
            {
                "queue": name("q"),
                "condition": f"request_id = {text('x')}",
                "status": text("labeled"),
                "updated_at": moment,
            }
        ],
        "metric_history": [
            {"metrics": tables["metrics"], "condition": "metric = 'psi'", "max_rows": 30, "has_times": has_times}
            for has_times in (1, 0)
        ],
        "pending_requests": [{"queue": name("q"), "day_start": moment, "max_per_day": 20}],
        "recent_runs": [
            {
                "runs": tables["runs"],
                "condition": "1 = 1",
                "max_rows": 30,
                "has_times": has_times,
                "has_notes": has_notes,
            }
            for has_times, has_notes in ((1, 1), (1, 0), (0, 0))
        ],
        "run_report": [{"runs": tables["runs"], "condition": "1 = 1", "max_rows": 1}],
    }

"""Print a drift report on a terminal: windows, features, predictions, alerts, and checks that were not computed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from driftql.check.summary import (
    alert_effect,
    describe_alert,
    describe_left_out,
    format_p_value,
    format_share,
    format_statistic,
    name_column,
    name_missing_role,
)
from driftql.check.unproven import name_unproven
from driftql.cli.terminal import (
    SEVERITY_STYLES,
    column_chart,
    listing,
    say,
    shorten,
)
from driftql.display import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from driftql.report import DriftAlert, DriftReport, FeatureDriftResult, NotComputed

__all__ = ["MAX_FEATURES", "print_report"]

MAX_FEATURES = 40
_CHART_BARS = 10
_MAX_CLASSES = 8
_MAX_NAMED_USERS = 5
_MAX_LISTED = 12
_MAX_LEFT_OUT = 10
_MISSING_SHOWN = 0.01
_SCORE_MARK = "*"
_NEW_MARK = "+"
_CATEGORY_BARS = 8

_ROOMY = 100
_CHARTS_FIT = 76
_NUMBERS_WIDTH = 40
# Where there is room, the columns stand further apart.
_ROOMY_WIDTH = 4
_CHARTS_WIDTH = 22
_MISSING_WIDTH = 8
_SHORTEST_NAME = 12
_LONGEST_NAME = 40

_NO_USER = "no user affected by itself: the users' shares of the rows may have changed, or each has few rows"

_ROLES = {
    "user": "user",
    "bucket_start": "time",
    "bucket_end": "end",
    "label": "label",
    "probabilities": "probabilities",
    "confidence": "confidence",
    "schema_version": "version",
}

_FEATURE_CHECKS = {"feature_psi", "feature_ks", "new_category"}

_CHECKS = {
    "feature_psi": "PSI",
    "feature_ks": "KS",
    "reject_rate_increase": "reject rate",
    "entropy_spike": "entropy",
    "class_shift": "class mix",
    "missing_increase": "missing values",
    "schema_change": "columns",
    "row_count": "row count",
    "stale": "freshness",
    "new_category": "new categories",
    "affected_users": "affected users",
}


def print_report(report: DriftReport, screen: Console) -> None:
    """Print a report.

    Parameters
    ----------
    report
        The report.
    screen
        The terminal. Its width and encoding decide how much is shown.
    """
    _print_header(report, screen)
    _print_features(report, screen)
    _print_predictions(report, screen)
    _print_alerts(report, screen)
    _print_unproven(report, screen)
    _print_not_computed(report, screen)
    _print_left_out(report, screen)
    screen.print()
    worst = "critical" if report.any_critical else "warning" if report.alerts else "no result"
    style = SEVERITY_STYLES["ok"] if not report.alerts and not report.not_computed else SEVERITY_STYLES[worst]
    say(screen, plain(report.summary), style=style if report.alerts or not report.not_computed else None)


def _print_header(report: DriftReport, screen: Console) -> None:
    from rich.table import Table

    if report.monitor is not None:
        say(screen, f"Monitor {plain(report.monitor)}", style="bold")
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(justify="right", no_wrap=True)
    for window in (report.reference, report.current):
        rows = f"{window.rows:,} row{'s' * (window.rows != 1)}"
        words = plain(window.description)
        if window.start is None and window.end is None and window.first_bucket and window.last_bucket:
            words += f", {window.shown(window.first_bucket)} to {window.shown(window.last_bucket)}"
        grid.add_row(window.role, words, rows)
    roles = report.config.get("columns", {})
    shown = [
        f"{word}={plain(', '.join(value) if isinstance(value, list) else value)}"
        for role, word in _ROLES.items()
        if (value := roles.get(role))
    ]
    if shown:
        grid.add_row("columns", "; ".join(shown), "")
    screen.print(grid)


def _print_features(report: DriftReport, screen: Console) -> None:
    results = report.feature_report.results if report.feature_report else []
    if not results:
        return
    severities = _severities(report.alerts)
    lacking = {one.column for one in report.missing_values if one.is_flagged}
    ranked = sorted(results, key=lambda result: _badness(result, severities))
    shown = ranked[:MAX_FEATURES]
    screen.print()
    states = {one.feature: "no result" for one in report.cluster_evidence if one.p_value is None}
    states |= {one.feature: "unproven" for one in report.unproven if one.check in _FEATURE_CHECKS}
    screen.print(_feature_table(shown, severities, lacking, screen, states))
    if any(result.role != "feature" for result in shown):
        say(screen, f"{_SCORE_MARK} a score of the model: a class probability, or the confidence", style="dim")
    if screen.width >= _CHARTS_FIT and any(bin_.is_new for result in shown for bin_ in result.categories):
        say(screen, f"{_NEW_MARK} categories that the reference does not have, together", style="dim")
    hidden = ranked[MAX_FEATURES:]
    if hidden:
        flagged = sum(result.is_drifted for result in hidden)
        rest = f"{flagged} of them drifted" if flagged else "none of them drifted"
        are_scores = any(result.role != "feature" for result in hidden)
        what = "features and scores" if are_scores else "features"
        say(screen, f"{len(hidden)} more {what} are not shown; {rest}. --json has all of them.", style="dim")


def _severities(alerts: Sequence[DriftAlert]) -> dict[str, str]:
    """Return the worst severity per feature that an alert names."""
    found: dict[str, str] = {}
    for alert in alerts:
        for feature in alert.affected_features:
            if found.get(feature) != "critical":
                found[feature] = alert.severity
    return found


def _badness(result: FeatureDriftResult, severities: dict[str, str]) -> tuple[int, float, float]:
    rank = {"critical": 0, "warning": 1, "no result": 2, "ok": 3}[_verdict(result, severities)]
    return rank, -(result.psi or 0.0), -(result.ks_statistic or 0.0)


def _verdict(result: FeatureDriftResult, severities: dict[str, str]) -> str:
    if result.feature in severities:
        return severities[result.feature]
    if result.is_drifted:
        return "warning"
    return "no result" if result.psi is None and result.ks_statistic is None else "ok"


def _feature_table(
    results: Sequence[FeatureDriftResult],
    severities: dict[str, str],
    lacking: Collection[str | None],
    screen: Console,
    states: Mapping[str | None, str],
) -> Table:
    moved = any(_missing(result) for result in results)
    tight = screen.width < _ROOMY
    drawn = screen.width >= _CHARTS_FIT
    charts = ["reference ", "current"] if drawn else []
    headers = ["feature", "PSI", "p", *charts, "KS", "p", *(["missing"] if moved else []), "verdict"]
    table = listing(*headers, right=("PSI", "KS", "p", "missing"))
    if tight:
        table.padding = (0, 1, 0, 0)
    # Only names are cut: a cut number would be a wrong number.
    others = (
        _NUMBERS_WIDTH
        + (0 if tight else _ROOMY_WIDTH)
        + (_CHARTS_WIDTH if drawn else 0)
        + (_MISSING_WIDTH if moved else 0)
    )
    name_width = max(min(screen.width - others, _LONGEST_NAME), _SHORTEST_NAME)
    for result in results:
        mark = "" if result.role == "feature" else f" {_SCORE_MARK}"
        cells: list[str | Text] = [
            shorten(plain(result.feature), name_width - len(mark)) + mark,
            format_statistic(result.psi, result.psi_error_bound),
            format_p_value(result.psi_p_value),
            *(_charts(result, screen) if drawn else ()),
            format_statistic(result.ks_statistic, result.ks_error_bound),
            format_p_value(result.ks_p_value),
        ]
        if moved:
            cells.append(_style_missing(result, is_flagged=result.feature in lacking))
        verdict = _verdict(result, severities)
        verdict = states.get(result.feature, verdict) if verdict == "ok" else verdict
        table.add_row(*cells, _style_verdict(verdict))
    return table


def _style_verdict(verdict: str) -> Text:
    from rich.text import Text

    return Text(verdict, style=SEVERITY_STYLES[verdict])


def _charts(result: FeatureDriftResult, screen: Console) -> tuple[str | Text, str | Text]:
    """Draw the share of each bin in the reference and in the current window, on one scale."""
    if result.kind == "category":
        return _category_charts(result, screen)
    windows = [
        _merge_bins([bin_.ref_count for bin_ in result.bins]),
        _merge_bins([bin_.cur_count for bin_ in result.bins]),
    ]
    shares = [[count / max(sum(counts), 1) for count in counts] for counts in windows]
    top = max((share for window in shares for share in window), default=0.0)
    ascii_only = screen.options.ascii_only
    return (
        column_chart(shares[0], top, ascii_only=ascii_only),
        column_chart(shares[1], top, ascii_only=ascii_only),
    )


def _category_charts(result: FeatureDriftResult, screen: Console) -> tuple[str, Text]:
    """Draw the share of each category, those of the reference first, the others as one bar, and the new ones marked."""
    from rich.text import Text

    known = [(bin_.ref_count, bin_.cur_count) for bin_ in result.categories if not bin_.is_new]
    if len(known) > _CATEGORY_BARS:
        others = known[_CATEGORY_BARS - 1 :]
        known = [*known[: _CATEGORY_BARS - 1], (sum(ref for ref, _ in others), sum(cur for _, cur in others))]
    new = sum(bin_.cur_count for bin_ in result.categories if bin_.is_new)
    ref_shares = [ref / max(result.ref_rows, 1) for ref, _ in known]
    cur_shares = [cur / max(result.cur_rows, 1) for _, cur in known]
    new_share = new / max(result.cur_rows, 1)
    top = max([*ref_shares, *cur_shares, new_share], default=0.0)
    ascii_only = screen.options.ascii_only
    current = Text(column_chart(cur_shares, top, ascii_only=ascii_only))
    if new:
        bar = column_chart([new_share], top, ascii_only=ascii_only)
        current.append(f"{_NEW_MARK}{bar}", style=SEVERITY_STYLES["warning"])
    return column_chart(ref_shares, top, ascii_only=ascii_only), current


def _merge_bins(counts: Sequence[int]) -> list[int]:
    """Merge neighbouring bins until they are few enough to draw."""
    size = -(-len(counts) // _CHART_BARS) if counts else 1
    return [sum(counts[start : start + size]) for start in range(0, len(counts), size)]


def _style_missing(result: FeatureDriftResult, *, is_flagged: bool) -> Text:
    """Return the change of the share of missing values, in the colour of a warning where there is an alert about it."""
    from rich.text import Text

    return Text(_missing(result), style=SEVERITY_STYLES["warning"] if is_flagged else "")


def _missing_shares(result: FeatureDriftResult) -> tuple[float, float]:
    return (
        _share(result.ref_missing + result.ref_non_finite, result.ref_rows),
        _share(result.cur_missing + result.cur_non_finite, result.cur_rows),
    )


def _missing(result: FeatureDriftResult) -> str:
    """Return the change of the share of missing and non-finite values; empty if it hardly changed."""
    ref_share, cur_share = _missing_shares(result)
    if abs(cur_share - ref_share) < _MISSING_SHOWN:
        return ""
    return f"{100 * ref_share:.0f}→{100 * cur_share:.0f}%"


def _share(missing: int, present: int) -> float:
    return missing / (missing + present) if missing + present else 0.0


def _print_predictions(report: DriftReport, screen: Console) -> None:
    """Print reject rate, entropy, class mix, and rows per day."""
    rows = [*_prediction_rows(report, 28 if screen.width < _ROOMY else 48), *_row_count_row(report)]
    if not rows:
        return
    numbers = ("reference", "current", "change", "p")
    table = listing("predictions", *numbers, "verdict", right=numbers)
    for *cells, verdict in rows:
        table.add_row(*cells, _style_verdict(verdict) if verdict else "")
    screen.print()
    screen.print(table)


def _prediction_rows(report: DriftReport, width: int) -> Iterator[list[str]]:
    by_trigger: dict[str, str] = {
        one.check: "no result" for one in report.cluster_evidence if one.feature is None and one.p_value is None
    }
    by_trigger |= {one.check: "unproven" for one in report.unproven if one.feature is None}
    by_trigger |= {alert.trigger.value: alert.severity for alert in report.alerts if not alert.affected_features}
    reject, entropy, classes = report.reject_rate_drift, report.entropy_drift, report.class_shift
    if reject is not None:
        yield [
            "reject rate",
            format_share(reject.ref_rate),
            format_share(reject.cur_rate),
            _points(reject.increase),
            format_p_value(reject.p_value),
            by_trigger.get("reject_rate_increase", "ok"),
        ]
    if entropy is not None:
        yield [
            "mean entropy",
            format_statistic(entropy.ref_mean_entropy),
            format_statistic(entropy.cur_mean_entropy),
            f"x {entropy.ratio:.2f}" + ("" if entropy.change is None else f" ({entropy.change:+.2f})"),
            format_p_value(entropy.p_value),
            by_trigger.get("entropy_spike", "ok"),
        ]
    if classes is not None:
        names = sorted(
            classes.ref_dist.keys() | classes.cur_dist.keys(),
            key=lambda name: -abs(classes.cur_dist.get(name, 0) - classes.ref_dist.get(name, 0)),
        )
        verdict = by_trigger.get("class_shift", "ok")
        for position, name in enumerate(names[:_MAX_CLASSES]):
            ref_share, cur_share = classes.ref_dist.get(name, 0.0), classes.cur_dist.get(name, 0.0)
            is_first = position == 0
            is_new = classes.new_classes is not None and name in classes.cur_dist and not ref_share
            verdict_of_class: str = by_trigger.get("new_category", "") if is_new else ""
            if not verdict_of_class:
                verdict_of_class = verdict if is_first or (name in classes.shifted_classes and verdict != "ok") else ""
            yield [
                shorten(f"class {plain(name)}", width - 6) + " (new)"
                if is_new
                else shorten(f"class {plain(name)}", width),
                format_share(ref_share),
                format_share(cur_share),
                _points(cur_share - ref_share),
                format_p_value(classes.p_value) if is_first else "",
                verdict_of_class,
            ]
        if len(names) > _MAX_CLASSES:
            yield [f"{len(names) - _MAX_CLASSES} more classes", "", "", "", "", ""]
        knows_labels = any(one.role == "label" for one in report.missing_values)
        if not knows_labels and (classes.ref_unlabeled or classes.cur_unlabeled):
            ref_share = _share(classes.ref_unlabeled, report.reference.rows - classes.ref_unlabeled)
            cur_share = _share(classes.cur_unlabeled, report.current.rows - classes.cur_unlabeled)
            yield ["no label", format_share(ref_share), format_share(cur_share), _points(cur_share - ref_share), "", ""]
    about_missing = {
        (alert.details.get("column"), alert.details.get("role")): alert.severity
        for alert in report.alerts
        if alert.trigger == "missing_increase"
    }
    for one in report.missing_values:
        if one.role in ("label", "probabilities", "user", "bucket_start") and (one.ref_share or one.cur_share):
            yield [
                shorten(plain(name_missing_role(one.role, one.column)), width),
                format_share(one.ref_share),
                format_share(one.cur_share),
                _points(one.increase),
                format_p_value(one.p_value) if one.p_value is not None else "",
                about_missing.get((one.column, one.role), "ok"),
            ]


def _row_count_row(report: DriftReport) -> Iterator[list[str]]:
    counted = report.row_count
    if counted is not None:
        yield [
            "rows per day",
            f"{counted.ref_per_day:,.0f}",
            f"{counted.cur_per_day:,.0f}",
            f"x {counted.ratio:.2f}",
            format_p_value(counted.p_value),
            "warning" if counted.is_flagged else "ok" if counted.p_value is not None else "",
        ]


def _points(change: float) -> str:
    return f"{100 * change:+.1f} pts"


def _print_alerts(report: DriftReport, screen: Console) -> None:
    if not report.alerts:
        return
    from rich.table import Table
    from rich.text import Text

    screen.print()
    say(screen, "Alerts", style="bold")
    ranked = sorted(report.alerts, key=lambda alert: (alert.severity != "critical", -_size(alert)))
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 0, 0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for alert in ranked[:_MAX_LISTED]:
        words = Text(plain(describe_alert(alert)))
        if users := _users(alert):
            words.append(f"\n{users}", style="dim")
        grid.add_row(_style_verdict(alert.severity), words)
    screen.print(grid)
    if len(ranked) > _MAX_LISTED:
        rest = len(ranked) - _MAX_LISTED
        say(
            screen,
            f"  {rest} more alert{'s' * (rest != 1)} not listed here; --json has all of them.",
            style="dim",
        )


def _print_unproven(report: DriftReport, screen: Console) -> None:
    """Print the effects that may be the noise of so few days, or users."""
    if not report.unproven:
        return
    screen.print()
    say(screen, "Unproven", style="bold")
    for one in report.unproven[:_MAX_LISTED]:
        _print_item(plain(f"{name_unproven(one)}: {one.reason}"), screen)
    if len(report.unproven) > _MAX_LISTED:
        _print_item(f"and {len(report.unproven) - _MAX_LISTED} more; --json has all of them", screen)


def _size(alert: DriftAlert) -> float:
    """Return the effect of a feature's alert, to sort by; alerts about predictions come first."""
    if not alert.affected_features:
        return float("inf")
    return alert_effect(alert)


def _users(alert: DriftAlert) -> str:
    """Name the affected users and say what they were compared with; empty if they were not looked up."""
    total = alert.details.get("affected_users")
    count = total if isinstance(total, int) else len(alert.affected_user_ids)
    if not count:
        return _NO_USER if total == 0 else ""
    own = sum(effect.compared_with == "own" for effect in alert.user_effects)
    is_mixed = 0 < own < len(alert.user_effects)
    names = [plain(user) for user in alert.affected_user_ids[:_MAX_NAMED_USERS]]
    if is_mixed:
        shown = alert.user_effects[:_MAX_NAMED_USERS]
        names = [
            name if effect.compared_with == "own" else f"{name} (everybody's)"
            for name, effect in zip(names, shown, strict=True)
        ]
    rest = f" and {count - len(names):,} more" if count > len(names) else ""
    words = f"{count:,} user{'s' * (count != 1)} affected"
    if count == 1 and own:
        return f"{words}: {names[0]} (against its own {alert.user_effects[0].reference_rows:,} reference rows)"
    if is_mixed:
        words += f", {own:,} of them against their own reference rows"
    elif alert.user_effects:
        words += ", against their own reference rows" if own else ", against everybody's reference rows"
    return f"{words}: {', '.join(names)}{rest}"


def _listed(names: Sequence[str]) -> str:
    """Write names as a list of a sentence: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _print_not_computed(report: DriftReport, screen: Console) -> None:
    """Print the checks that were not computed, then the warnings, then the notes."""
    reasons = [
        f"{_listed(checks)}{f' of {name_column(feature)}' if feature else ''}: {reason}"
        for (feature, reason), checks in _group_by_reason(report.not_computed).items()
    ]
    for title, lines in (
        ("Not computed", reasons),
        ("Warnings", report.warnings),
        ("Notes", report.notes),
    ):
        if not lines:
            continue
        screen.print()
        say(screen, title, style="bold")
        for line in lines[:_MAX_LISTED]:
            _print_item(plain(line), screen)
        if len(lines) > _MAX_LISTED:
            _print_item(f"and {len(lines) - _MAX_LISTED} more; --json has all of them", screen)


def _print_left_out(report: DriftReport, screen: Console) -> None:
    """Print which columns were not looked at, but for those that are listed as not computed."""
    failed = {part.feature for part in report.not_computed}
    left_out = [column for column in report.columns_left_out if column.column not in failed]
    lines = []
    if left_out:
        more = "; --json names all" if len(left_out) > _MAX_LEFT_OUT else ""
        lines.append(f"Not looked at: {describe_left_out(left_out, _MAX_LEFT_OUT)}{more}")
    others = report.config.get("features_not_chosen", 0)
    if others:
        plural = "s are" if others != 1 else " is"
        lines.append(f"Not looked at: {others} column{plural} not among the features that were named")
    if lines:
        screen.print()
    for line in lines:
        say(screen, plain(line), style="dim")


def _group_by_reason(not_computed: Sequence[NotComputed]) -> dict[tuple[str | None, str], list[str]]:
    """Return the names of the checks per feature and reason."""
    groups: dict[tuple[str | None, str], list[str]] = {}
    for part in not_computed:
        groups.setdefault((part.feature, part.reason), []).append(_CHECKS.get(part.check, part.check))
    return groups


def _print_item(line: str, screen: Console) -> None:
    from rich.padding import Padding
    from rich.text import Text

    screen.print(Padding(Text(line), (0, 0, 0, 2)))

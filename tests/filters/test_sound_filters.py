"""Ordinary conditions are taken, and choose the rows that the engine chooses when it is asked directly."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from driftql.engines import ENGINES
from driftql.sql.conditions import condition
from tests.filters.sound import COLUMNS, SOUND
from tests.support.each import each, named

TABLE = """
create type status as enum ('open', 'closed', 'void');
create table events as select
    i::integer as i,
    i * 0.5 as x,
    case when i % 7 = 0 then null else 'user ' || (i % 5) end as s,
    i % 2 = 0 as b,
    timestamp '2026-01-01 00:00:00' + i * interval 1 hour as ts,
    timestamptz '2026-01-01 00:00:00+00' + i * interval 1 hour as tz,
    date '2026-01-01' + i::integer as d,
    case when i % 3 = 0 then [] else range(i % 6) end as l,
    {'a': i, 'b': 'n' || i, 'deep': {'c': i * 2}} as st,
    map {'k': i, 'other': i + 1} as m,
    ('{"n": ' || i || ', "t": {"u": "v' || i % 4 || '"}}')::json as j,
    (['open', 'closed', 'void'])[1 + i % 3]::status as e,
    (i * 1.25)::decimal(10, 2) as price,
    md5(i::varchar)::uuid as u,
    encode('b' || i) as bytes,
    case when i % 10 = 0 then 'nan'::double else i::double end as z,
    'a' || i as "Mixed Case",
    i % 4 as "group",
    [i, i + 1, i + 2]::integer[3] as arr,
    i as größe
from range(60) as t(i)
"""
DUCKDB = """
i > 10
i >= 10 and i < 20
i between 10 and 20
not (i between 10 and 20)
i in (1, 2, 3)
i not in (1, 2, 3)
(i in (1, 2, 3)) or (i = 40)
i = 1 or i = 2 or (i > 40 and x < 25)
i % 2 = 1
i // 2 = 5
-i < -50
+i > 50
i + 1 > 2 * x
i ** 2 > 100
i ^ 2 > 100
i & 1 = 1
i | 1 = 1
i << 1 = 20
xor(i, 1) = 0
i <> 5
i != 5
i == 5
i is not distinct from 5
i is distinct from 5
x > 1.5e1
x > .5
x > 1_0
s is null
s is not null
s isnull
s notnull
s = 'user 1'
s <> 'it''s'
s like 'user%'
s not like 'user%'
s ilike 'USER 2'
s like 'user\\_1' escape '\\'
s glob 'user*'
s similar to 'user [12]'
s ~ '.*1$'
s !~ '.*1'
s ^@ 'user'
s > 'user 2'
s collate nocase = 'USER 3'
s || '!' = 'user 1!'
lower(s) = 'user 1'
LOWER(s) = 'user 1'
"lower"(s) = 'user 1'
lower (s) = 'user 1'
s.upper() = 'USER 1'
s.upper().lower() = 'user 1'
'user 1'.upper() = upper(s)
upper(left(s, 1)) = 'U'
length(s) = 6
len(trim(s)) > 3
trim(both 'u' from s) = 'ser 1'
substring(s from 1 for 4) = 'user'
substr(s, 6) = '2'
s[1:4] = 'user'
s[-1] = '3'
position('1' in s) > 0
strpos(s, '1') = 6
replace(s, 'user', '') = ' 1'
overlay(s placing 'abcd' from 1 for 4) = 'abcd 1'
regexp_matches(s, '[12]')
regexp_extract(s, '\\d', 0) = '4'
split_part(s, ' ', 2) = '4'
starts_with(s, 'user')
contains(s, '3')
concat(s, i) = 'user 11'
concat_ws('-', s, i) = 'user 1-1'
format('{}-{}', i, s) = '1-user 1'
printf('%d', i) = '12'
coalesce(s, 'none') = 'none'
ifnull(s, 'none') = 'none'
nullif(i, 3) is null
greatest(i, 30) = 30
least(i, x) = x
if(i > 3, true, false)
case when i > 5 then b else false end
case i when 1 then true when 2 then true else false end
case when (i > 5) then (b) else (not b) end
b
not b
b is true
b is not true
b = false
true
1 = 1
(((i))) > 5
cast(i as varchar) = '12'
i::varchar = '12'
i::text like '1%'
try_cast(s as integer) is null
cast(price as integer) = 5
price > 20.25
price::decimal(12, 3) = 1.250
x::decimal(5, 1) = 2.5
s::varchar(3) is not null
abs(i - 30) < 5
round(x, 0) = 5
floor(x) = ceil(x)
sqrt(i) > 5
ln(i + 1) > 3
mod(i, 3) = 0
sign(i) = 1
isnan(z)
not isnan(z)
isfinite(z)
bit_count(i) = 2
hash(i) is not null
ts >= '2026-01-02'
ts >= timestamp '2026-01-02 00:00:00'
ts between '2026-01-01' and '2026-01-02'
ts < date '2026-01-02'
ts > now() - interval 7 day
ts > now()::timestamp - interval '7 days'
ts > current_timestamp::timestamp - to_days(10000)
ts > localtimestamp
d > current_date - 7
d > current_date - interval '1 month'
d < today()
ts + interval (i) hour > timestamp '2026-01-03'
ts - interval '1' day > timestamp '2026-01-01'
ts > timestamp '2026-01-01' + interval 3 hours
extract(hour from ts) = 3
extract('hour' from (ts)) = 3
date_part('hour', ts) = 3
hour(ts) = 3
date_trunc('day', ts) = timestamp '2026-01-02'
date_diff('hour', timestamp '2026-01-01', ts) = 4
datediff('day', d, date '2026-02-01') = 3
dayofweek(d) in (0, 6)
dayname(d) = 'Monday'
strftime(ts, '%H') = '05'
strptime('2026-01-01', '%Y-%m-%d') < ts
make_date(2026, 1, 5) = d
last_day(d) = date '2026-01-31'
epoch(ts) > 0
tz at time zone 'UTC' > timestamp '2026-01-02'
timezone('UTC', tz) > timestamp '2026-01-02'
time_bucket(interval '6 hours', ts) = timestamp '2026-01-01 06:00:00'
age(ts) < interval 100 year
len(l) > 2
l[1] = 0
l[1:2] = [0, 1]
l = []
2 in l
2 = any(l)
list_contains(l, 3)
l.len() > 2
array_length(l) > 2
list_sum(l) > 5
list_aggregate(l, 'max') = 4
list_filter(l, lambda v: v > 2) = [3, 4]
len(list_filter(l, lambda v: v % 2 = 0 and v < i)) > 1
list_transform(l, lambda v, p: v + p) = [1, 3]
list_reduce(list_prepend(0, l), lambda p, q: p + q) > 5
list_transform(l, lambda v: list_filter(l, lambda w: w > v)) = [[]]
len([v for v in l if v > 2]) > 0
len([v for v in l]) > 2
len([v + i for v in l if v > 1 and i > 10]) > 0
[v * 2 for v in l] = [0, 2]
len([w for w in [v for v in l if v > 0]]) > 1
len([v for v in l if len([w for w in l if w > v]) > 0]) > 0
list_sort(l) = l
list_distinct([1, 1]) = [1]
st.a > 30
st.deep.c > 30
st.b = 'n3'
st['a'] > 30
struct_extract(st, 'a') = 3
st = {'a': 3, 'b': 'n3', 'deep': {'c': 6}}
(st).a = 3
{'a': i}.a = 3
row(i, s) = row(1, 'user 1')
(i, s) = (1, 'user 1')
struct_pack(a := i).a = 3
m['k'] = 3
map_keys(m) = ['k', 'other']
element_at(m, 'k') = [3]
map {'k': i}['k'] = 2
j->>'n' = '3'
j->'t'->>'u' = 'v1'
j.t.u = '"v1"'
json_extract_string(j, '$.t.u') = 'v2'
(j->>'$.n')::integer > 30
json_valid(j)
e = 'open'
e in ('open', 'void')
e::varchar like 'o%'
'open'::status = e
cast('closed' as status) = e
enum_code(e) = 1
u is not null
u = 'cfcd2084-95d5-65ef-66e7-dff9f98764da'
u::varchar like 'c%'
octet_length(bytes) = 2
decode(bytes) = 'b7'
bytes = 'b7'::blob
"Mixed Case" = 'a7'
"mixed case" = 'a7'
"group" = 2
größe > 40
arr[1] = 3
array_value(i, i + 1, i + 2) = arr
array_distance(arr::float[3], [1, 2, 3]::float[3]) < 2
I > 10
events.i > 10
EVENTS.i > 10
"events".i > 10
main.events.i > 10
memory.main.events.i > 10
events.st.a > 30
main.events.st.deep.c > 30
events.s.upper() = 'USER 1'
upper(events.s) = 'USER 1'
events."Mixed Case" = 'a7'
events . i > 10 and events.x > 7
len([v for v in events.l if v > 2]) > 0
len([v for v in l if v > events.i]) > 0
list_filter(events.l, lambda v: v > events.i % 3) = [3, 4]
typeof(i) = 'INTEGER'
i > 10   and   i < 20
	i	>	10
md5(s) = md5('user 1')
jaccard(s, 'user 1') > 0.9
levenshtein(s, 'user 1') = 1
range(5)[1] = 0
s is null or s in ('user 1', 'user 2') and not b
try(i / (i - i)) is null
bar(i, 0, 60, 10) is not null
""".strip("\n").split("\n")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(TABLE)
        yield opened


def test_there_are_many() -> None:
    assert len(set(DUCKDB)) == len(DUCKDB) >= 150


def test_duckdb(connection: duckdb.DuckDBPyConnection) -> None:
    """A condition gives the rows that it gives where a user writes it after 'where'."""
    names = [row[0] for row in connection.execute("describe events").fetchall()]

    @each(named(DUCKDB))
    def check(text: str) -> None:
        vetted = condition(text, ENGINES["duckdb"], names, "the filter", table=["memory", "main", "events"])
        wanted = connection.execute(f"select i from events where {text} order by i").fetchall()
        rows = connection.execute(f"select i from events as monitored where {vetted} and (1 = 1) order by i")
        assert rows.fetchall() == wanted

    check()


@pytest.mark.parametrize("engine", SOUND)
def test_there_are_many_for_each_engine(engine: str) -> None:
    assert len(set(SOUND[engine])) >= 40


@each({f"{engine}: {text}": (engine, text) for engine, texts in SOUND.items() for text in texts})
def test_other_engines(case: tuple[str, str]) -> None:
    engine, text = case
    taken = condition(text, ENGINES[engine], COLUMNS, "the filter", table=["shop", "events"])
    assert taken == f"({text.replace('events.', '').replace('EVENTS.', '')})"


def test_clickhouse(on_clickhouse: dict[str, list[str]]) -> None:
    """ClickHouse itself gives the same rows for each of its conditions."""
    assert on_clickhouse["differing"] == []

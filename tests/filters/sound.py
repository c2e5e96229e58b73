"""Ordinary conditions per engine, over the columns of :data:`COLUMNS`."""

from __future__ import annotations

__all__ = ["COLUMNS", "SOUND"]

# i whole, x double, s text, b boolean, ts timestamp, d date, l list of whole numbers, j JSON
COLUMNS = ["i", "x", "s", "b", "ts", "d", "l", "j"]

COMMON = """
i > 10
i >= 10 and i < 20
i between 10 and 20
not (i between 10 and 20)
i in (1, 2, 3)
i not in (1, 2, 3)
(i in (1, 2, 3)) or (i = 40)
i % 2 = 1
-i < -5
x > 1.5e1
x < i + 1
i <> 5
s is null
s is not null
s = 'user 1'
s <> 'it''s'
s like 'user%'
s not like 'user%'
lower(s) = 'user 1'
upper(s) = 'USER 1'
length(trim(s)) > 3
substring(s, 1, 4) = 'user'
replace(s, 'user', '') = ' 1'
concat(s, '!') = 'user 1!'
lpad(s, 8, '0') = '00user 1'
coalesce(s, 'none') = 'none'
nullif(i, 3) is null
greatest(i, 30) = 30
least(i, 30) = i
case when i > 5 then b else not b end
case i when 1 then true when 2 then true else false end
case when (i > 5) then (b) else (not b) end
b
not b
b = true
abs(i - 30) < 5
round(x) = 5
floor(x) = ceil(x)
sqrt(i) > 5
mod(i, 3) = 0
events.i > 10
events.s = 'user 1' and events.x > 1
""".strip().split("\n")

SOUND = {
    "postgres": COMMON
    + """
ts > now() - interval '7 days'
ts > current_timestamp - interval '1' day
d > current_date - 7
ts::date = date '2026-01-01'
ts >= '2026-01-01'::timestamp
ts between timestamp '2026-01-01' and timestamp '2026-01-02'
extract(hour from ts) = 3
date_part('hour', ts) = 3
date_trunc('day', ts) = timestamp '2026-01-02'
ts at time zone 'UTC' > now()
ts at time zone ('UTC') > now()
age(ts) < interval '100 years'
to_char(ts, 'YYYY') = '2026'
make_date(2026, 1, 5) = d
ts > now() - make_interval(years => 100)
i::text like '1%'
i::numeric(10, 2) > 5
cast(i as varchar(10)) = '12'
s ilike 'USER%'
s ~ '.*1$'
s !~* 'USER'
s similar to 'user (1|2)'
s similar to ('user' || '%')
s collate "C" > 'user'
s ^@ 'user'
s || '!' = 'user 1!'
position('1' in s) > 0
position('1' in (s)) > 0
overlay(s placing 'abcd' from 1 for 4) = 'abcd 1'
substring(s from 1 for 4) = 'user'
trim(both 'u' from s) = 'ser 1'
split_part(s, ' ', 2) = '1'
starts_with(s, 'user')
regexp_replace(s, '[0-9]', '') = 'user '
i = any ('{1,2}'::int[])
i = any (array[1, 2])
3 = any (l)
l @> array[1]
l && array[1, 2]
cardinality(l) > 1
array_length(l, 1) > 1
l[1] = 1
j ->> 'n' = '3'
j -> 't' ->> 'u' = 'v'
j #>> '{t,u}' = 'v'
j @> '{"n": 3}'
j ? 'n'
(j ->> 'n')::int > 3
jsonb_typeof(j) = 'object'
i is distinct from 5
i between symmetric 20 and 10
(i, s) = (1, 'user 1')
row(i, s) = row(1, 'user 1')
pg_catalog.lower(s) = 'user 1'
"i" > 10
x <-1
|/ i > 2
width_bucket(x, 0, 10, 5) = 2
md5(s) = 'x'
b is true
b is not unknown
""".strip().split("\n"),
    "clickhouse": COMMON
    + """
ts > now() - interval 7 day
ts > now() - toIntervalDay(7)
d > today() - 7
toDate(ts) = toDate('2026-01-01')
ts >= toDateTime('2026-01-01 00:00:00')
ts between '2026-01-01 00:00:00' and '2026-01-02 00:00:00'
toHour(ts) = 3
toYYYYMM(ts) = 202601
toStartOfDay(ts) = toDateTime('2026-01-01 00:00:00')
dateDiff('day', d, toDate('2026-02-01')) > 3
date_trunc('day', ts) = toDateTime('2026-01-01 00:00:00')
formatDateTime(ts, '%Y') = '2026'
toString(i) = '12'
toFloat64OrNull(s) is null
cast(i as String) = '12'
cast(i, 'Float64') > 5
i::Float64 > 5
i::Nullable(Int64) > 5
s ilike 'USER%'
match(s, '[12]')
position(s, '1') > 0
startsWith(s, 'user')
splitByChar(' ', s)[1] = 'user'
empty(s)
notEmpty(s)
lowerUTF8(s) = 'user 1'
if(i > 3, b, not b)
multiIf(i > 3, 1, i > 2, 2, 3) = 2
ifNull(s, 'none') = 'none'
assumeNotNull(s) = 'user 1'
has(l, 3)
length(l) > 1
l[1] = 1
arrayExists(v -> v > 2, l)
arrayCount(v -> v > i, l) > 0
arraySum(arrayMap(v -> v * 2, l)) > 3
JSONExtractInt(j, 'n') = 3
JSONExtractString(j, 't', 'u') = 'v'
cityHash64(s) % 10 < 5
intDiv(i, 2) = 5
bitAnd(i, 1) = 1
isNaN(x)
isFinite(x)
tuple(i, s) = tuple(1, 'user 1')
(i, s) in ((1, 'user 1'), (2, 'user 2'))
i in [1, 2, 3]
i in tuple(1, 2, 3)
`i` > 10
""".strip().split("\n"),
    "snowflake": COMMON
    + """
ts > dateadd(day, -7, current_timestamp())
ts > current_timestamp - interval '7 days'
d > current_date() - 7
ts::date = '2026-01-01'::date
to_date(ts) = to_date('2026-01-01')
date_trunc('day', ts) = to_timestamp_ntz('2026-01-02')
datediff(day, d, current_date()) > 3
date_part(hour, ts) = 3
extract(hour from ts) = 3
hour(ts) = 3
i::varchar like '1%'
i::number(10, 2) > 5
try_to_number(s) is null
s ilike 'USER%'
s ilike any ('user 1', 'user 2')
s rlike '.*1'
regexp_like(s, '.*1')
contains(s, '1')
startswith(s, 'user')
split_part(s, ' ', 2) = '1'
iff(i > 3, b, not b)
nvl(s, 'none') = 'none'
decode(i, 1, 'a', 'b') = 'a'
zeroifnull(x) > 1
array_size(l) > 1
array_contains(3::variant, l)
l[0] = 1
j:n = 3
j:t.u::string = 'v'
j['t']['u'] = 'v'
get_path(j, 't.u') = 'v'
parse_json('{"a": 1}'):a = 1
md5(s) = 'x'
"I" > 10
EVENTS.I > 10
""".strip().split("\n"),
    "bigquery": [text for text in COMMON if "it''s" not in text and "%" not in text.replace("user%", "")]
    + """
s <> 'it\\'s'
ts > timestamp_sub(current_timestamp(), interval 7 day)
d > date_sub(current_date(), interval 7 day)
date(ts) = '2026-01-01'
date(ts) = date '2026-01-01'
ts >= timestamp '2026-01-01 00:00:00'
timestamp_trunc(ts, day) = timestamp '2026-01-02'
date_trunc(d, month) = date '2026-01-01'
extract(hour from ts) = 3
extract(dayofweek from d) in (1, 7)
timestamp_diff(current_timestamp(), ts, hour) > 5
date_diff(current_date(), d, day) > 5
format_date('%Y', d) = '2026'
parse_date('%Y-%m-%d', '2026-01-01') = d
cast(i as string) like '1%'
safe_cast(s as int64) is null
safe.substr(s, 1, 4) = 'user'
regexp_contains(s, r'\\d')
starts_with(s, 'user')
strpos(s, '1') > 0
split(s, ' ')[offset(0)] = 'user'
split(s, ' ')[safe_offset(1)] = '1'
if(i > 3, b, not b)
ifnull(s, 'none') = 'none'
i in unnest([1, 2, 3])
3 in unnest(l)
array_length(l) > 1
l[ordinal(1)] = 1
json_value(j, '$.n') = '3'
json_extract_scalar(j, '$.n') = '3'
struct(i, s) = (1, 'user 1')
safe_divide(x, i) > 0.4
is_nan(x)
farm_fingerprint(s) > 0
net.host('http://a.example/b') = 'a.example'
`i` > 10
""".strip().split("\n"),
    "spark": COMMON
    + """
ts > current_timestamp() - interval 7 days
ts > current_timestamp - interval '7' day
d > date_sub(current_date(), 7)
to_date(ts) = date '2026-01-01'
ts >= timestamp '2026-01-01 00:00:00'
date_trunc('day', ts) = timestamp '2026-01-02'
datediff(current_date(), d) > 5
hour(ts) = 3
extract(hour from ts) = 3
date_format(ts, 'yyyy') = '2026'
cast(i as string) like '1%'
i::string like '1%'
cast(i as decimal(10, 2)) > 5
s rlike '.*1'
s ilike 'USER%'
i div 2 = 5
i div (2) = 5
if(i > 3, b, not b)
nvl(s, 'none') = 'none'
ifnull(s, 'none') = 'none'
isnull(s)
i <=> 5
split(s, ' ')[0] = 'user'
regexp_extract(s, '(\\\\d)', 1) = '1'
substring_index(s, ' ', 1) = 'user'
array_contains(l, 3)
size(l) > 1
l[0] = 1
element_at(l, 1) = 1
exists(l, v -> v > 2)
size(filter(l, v -> v > i)) > 0
aggregate(l, 0, (a, v) -> a + v) > 3
get_json_object(j, '$.n') = '3'
named_struct('a', i).a = 3
isnan(x)
hash(s) > 0
`i` > 10
""".strip().split("\n"),
}

-- For DuckDB. It only reads: nothing is written. One row per class:
--   ref_count, ref_share, ...  rows of the class in each window, and their share; NULL: no label
--   shift                      the current share less that of the reference
-- The verdict is in another query, --query check. Others: driftql sql ... --query check, features, bins,
-- categories, labels.
-- To change: the steps at the top, reference_rows and current_rows (table, columns, dates); nothing below them.
-- For windows that move with the calendar, use --relative-dates.
-- Tried on DuckDB itself.
with
-- The reference window.
reference_rows as (
    select
        "predicted_label" as label
    from "prod"."flights" as monitored
    where ("bucket_start_ts" >= timestamp '2013-02-01 00:00:00.000000')
        and ("bucket_start_ts" < timestamp '2013-03-01 00:00:00.000000')
),
-- The current window.
current_rows as (
    select
        "predicted_label" as label
    from "prod"."flights" as monitored
    where (dep_delay > -20)
        and ("bucket_start_ts" >= timestamp '2013-07-01 00:00:00.000000')
        and ("bucket_start_ts" < timestamp '2013-08-01 00:00:00.000000')
),
labeled_rows as ( -- 1. the label of every row
    select 0 as is_current, cast(label as varchar) as label
    from reference_rows as reference_window
    union all
    select 1 as is_current, cast(label as varchar) as label
    from current_rows as current_window
),
profile as ( -- 2. one row per window and label, the most frequent first
    select is_current, label, count(*) as label_rows
    from labeled_rows
    group by is_current, label
    order by label_rows desc, label, is_current
    limit 2001
),
labels as ( -- 3. one row per label
    select
        label,
        cast(sum(case when is_current = 0 then label_rows else 0 end) as double precision) as ref_rows,
        cast(sum(case when is_current = 1 then label_rows else 0 end) as double precision) as cur_rows
    from profile
    group by label
),
totals as ( -- 4. beside it, how many rows of each window have a label
    select
        labels.*,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_labeled,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_labeled
    from labels
),
shares as ( -- 5. its share of these
    select
        totals.*,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from totals
)

-- 6. the classes, most moved first
select
    label as class_name,
    cast(ref_rows as bigint) as ref_count,
    cast(cur_rows as bigint) as cur_count,
    ref_share,
    cur_share,
    cur_share - ref_share as shift
from shares
order by coalesce(abs(cur_share - ref_share), -1) desc, label

with
sample_0 as (
    select
        cast(case when ("order" < 'Infinity' and "order" > '-Infinity') then "order" end as double precision) as value_1,
        cast(case when ("Amount" is not null) then "Amount" end as double precision) as value_2
    from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
        and random() < 100.0e0 / 100 * 100.0e0 / 100
    ) as sampled_window
),
sample_0_1 as (
    select
        count(value_1) as sampled_1,
        array(percentile_cont(0.0e0) within group (order by value_1), percentile_cont(0.0001e0) within group (order by value_1), percentile_cont(0.001e0) within group (order by value_1), percentile_cont(0.005e0) within group (order by value_1), percentile_cont(0.015e0) within group (order by value_1), percentile_cont(0.03125e0) within group (order by value_1), percentile_cont(0.0625e0) within group (order by value_1), percentile_cont(0.09375e0) within group (order by value_1), percentile_cont(0.125e0) within group (order by value_1), percentile_cont(0.15625e0) within group (order by value_1), percentile_cont(0.1875e0) within group (order by value_1), percentile_cont(0.21875e0) within group (order by value_1), percentile_cont(0.25e0) within group (order by value_1), percentile_cont(0.28125e0) within group (order by value_1), percentile_cont(0.3125e0) within group (order by value_1), percentile_cont(0.34375e0) within group (order by value_1), percentile_cont(0.375e0) within group (order by value_1), percentile_cont(0.40625e0) within group (order by value_1), percentile_cont(0.4375e0) within group (order by value_1), percentile_cont(0.46875e0) within group (order by value_1), percentile_cont(0.5e0) within group (order by value_1), percentile_cont(0.53125e0) within group (order by value_1), percentile_cont(0.5625e0) within group (order by value_1), percentile_cont(0.59375e0) within group (order by value_1), percentile_cont(0.625e0) within group (order by value_1), percentile_cont(0.65625e0) within group (order by value_1), percentile_cont(0.6875e0) within group (order by value_1), percentile_cont(0.71875e0) within group (order by value_1), percentile_cont(0.75e0) within group (order by value_1), percentile_cont(0.78125e0) within group (order by value_1), percentile_cont(0.8125e0) within group (order by value_1), percentile_cont(0.84375e0) within group (order by value_1), percentile_cont(0.875e0) within group (order by value_1), percentile_cont(0.90625e0) within group (order by value_1), percentile_cont(0.9375e0) within group (order by value_1), percentile_cont(0.96875e0) within group (order by value_1), percentile_cont(0.985e0) within group (order by value_1), percentile_cont(0.995e0) within group (order by value_1), percentile_cont(0.999e0) within group (order by value_1), percentile_cont(0.9999e0) within group (order by value_1), percentile_cont(1.0e0) within group (order by value_1)) as spread_1
    from sample_0
),
different_0_1 as (
    select count(distinct value_1) as distinct_1
    from sample_0
),
sample_0_2 as (
    select
        count(value_2) as sampled_2,
        array(percentile_cont(0.0e0) within group (order by value_2), percentile_cont(0.0001e0) within group (order by value_2), percentile_cont(0.001e0) within group (order by value_2), percentile_cont(0.005e0) within group (order by value_2), percentile_cont(0.015e0) within group (order by value_2), percentile_cont(0.03125e0) within group (order by value_2), percentile_cont(0.0625e0) within group (order by value_2), percentile_cont(0.09375e0) within group (order by value_2), percentile_cont(0.125e0) within group (order by value_2), percentile_cont(0.15625e0) within group (order by value_2), percentile_cont(0.1875e0) within group (order by value_2), percentile_cont(0.21875e0) within group (order by value_2), percentile_cont(0.25e0) within group (order by value_2), percentile_cont(0.28125e0) within group (order by value_2), percentile_cont(0.3125e0) within group (order by value_2), percentile_cont(0.34375e0) within group (order by value_2), percentile_cont(0.375e0) within group (order by value_2), percentile_cont(0.40625e0) within group (order by value_2), percentile_cont(0.4375e0) within group (order by value_2), percentile_cont(0.46875e0) within group (order by value_2), percentile_cont(0.5e0) within group (order by value_2), percentile_cont(0.53125e0) within group (order by value_2), percentile_cont(0.5625e0) within group (order by value_2), percentile_cont(0.59375e0) within group (order by value_2), percentile_cont(0.625e0) within group (order by value_2), percentile_cont(0.65625e0) within group (order by value_2), percentile_cont(0.6875e0) within group (order by value_2), percentile_cont(0.71875e0) within group (order by value_2), percentile_cont(0.75e0) within group (order by value_2), percentile_cont(0.78125e0) within group (order by value_2), percentile_cont(0.8125e0) within group (order by value_2), percentile_cont(0.84375e0) within group (order by value_2), percentile_cont(0.875e0) within group (order by value_2), percentile_cont(0.90625e0) within group (order by value_2), percentile_cont(0.9375e0) within group (order by value_2), percentile_cont(0.96875e0) within group (order by value_2), percentile_cont(0.985e0) within group (order by value_2), percentile_cont(0.995e0) within group (order by value_2), percentile_cont(0.999e0) within group (order by value_2), percentile_cont(0.9999e0) within group (order by value_2), percentile_cont(1.0e0) within group (order by value_2)) as spread_2
    from sample_0
),
different_0_2 as (
    select count(distinct value_2) as distinct_2
    from sample_0
),
sample_1 as (
    select
        cast(case when ("order" < 'Infinity' and "order" > '-Infinity') then "order" end as double precision) as value_1,
        cast(case when ("Amount" is not null) then "Amount" end as double precision) as value_2
    from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
        and random() < 100.0e0 / 100 * 100.0e0 / 100
    ) as sampled_window
),
sample_1_1 as (
    select
        count(value_1) as sampled_1,
        array(percentile_cont(0.0e0) within group (order by value_1), percentile_cont(0.0001e0) within group (order by value_1), percentile_cont(0.001e0) within group (order by value_1), percentile_cont(0.005e0) within group (order by value_1), percentile_cont(0.015e0) within group (order by value_1), percentile_cont(0.03125e0) within group (order by value_1), percentile_cont(0.0625e0) within group (order by value_1), percentile_cont(0.09375e0) within group (order by value_1), percentile_cont(0.125e0) within group (order by value_1), percentile_cont(0.15625e0) within group (order by value_1), percentile_cont(0.1875e0) within group (order by value_1), percentile_cont(0.21875e0) within group (order by value_1), percentile_cont(0.25e0) within group (order by value_1), percentile_cont(0.28125e0) within group (order by value_1), percentile_cont(0.3125e0) within group (order by value_1), percentile_cont(0.34375e0) within group (order by value_1), percentile_cont(0.375e0) within group (order by value_1), percentile_cont(0.40625e0) within group (order by value_1), percentile_cont(0.4375e0) within group (order by value_1), percentile_cont(0.46875e0) within group (order by value_1), percentile_cont(0.5e0) within group (order by value_1), percentile_cont(0.53125e0) within group (order by value_1), percentile_cont(0.5625e0) within group (order by value_1), percentile_cont(0.59375e0) within group (order by value_1), percentile_cont(0.625e0) within group (order by value_1), percentile_cont(0.65625e0) within group (order by value_1), percentile_cont(0.6875e0) within group (order by value_1), percentile_cont(0.71875e0) within group (order by value_1), percentile_cont(0.75e0) within group (order by value_1), percentile_cont(0.78125e0) within group (order by value_1), percentile_cont(0.8125e0) within group (order by value_1), percentile_cont(0.84375e0) within group (order by value_1), percentile_cont(0.875e0) within group (order by value_1), percentile_cont(0.90625e0) within group (order by value_1), percentile_cont(0.9375e0) within group (order by value_1), percentile_cont(0.96875e0) within group (order by value_1), percentile_cont(0.985e0) within group (order by value_1), percentile_cont(0.995e0) within group (order by value_1), percentile_cont(0.999e0) within group (order by value_1), percentile_cont(0.9999e0) within group (order by value_1), percentile_cont(1.0e0) within group (order by value_1)) as spread_1
    from sample_1
),
different_1_1 as (
    select count(distinct value_1) as distinct_1
    from sample_1
),
sample_1_2 as (
    select
        count(value_2) as sampled_2,
        array(percentile_cont(0.0e0) within group (order by value_2), percentile_cont(0.0001e0) within group (order by value_2), percentile_cont(0.001e0) within group (order by value_2), percentile_cont(0.005e0) within group (order by value_2), percentile_cont(0.015e0) within group (order by value_2), percentile_cont(0.03125e0) within group (order by value_2), percentile_cont(0.0625e0) within group (order by value_2), percentile_cont(0.09375e0) within group (order by value_2), percentile_cont(0.125e0) within group (order by value_2), percentile_cont(0.15625e0) within group (order by value_2), percentile_cont(0.1875e0) within group (order by value_2), percentile_cont(0.21875e0) within group (order by value_2), percentile_cont(0.25e0) within group (order by value_2), percentile_cont(0.28125e0) within group (order by value_2), percentile_cont(0.3125e0) within group (order by value_2), percentile_cont(0.34375e0) within group (order by value_2), percentile_cont(0.375e0) within group (order by value_2), percentile_cont(0.40625e0) within group (order by value_2), percentile_cont(0.4375e0) within group (order by value_2), percentile_cont(0.46875e0) within group (order by value_2), percentile_cont(0.5e0) within group (order by value_2), percentile_cont(0.53125e0) within group (order by value_2), percentile_cont(0.5625e0) within group (order by value_2), percentile_cont(0.59375e0) within group (order by value_2), percentile_cont(0.625e0) within group (order by value_2), percentile_cont(0.65625e0) within group (order by value_2), percentile_cont(0.6875e0) within group (order by value_2), percentile_cont(0.71875e0) within group (order by value_2), percentile_cont(0.75e0) within group (order by value_2), percentile_cont(0.78125e0) within group (order by value_2), percentile_cont(0.8125e0) within group (order by value_2), percentile_cont(0.84375e0) within group (order by value_2), percentile_cont(0.875e0) within group (order by value_2), percentile_cont(0.90625e0) within group (order by value_2), percentile_cont(0.9375e0) within group (order by value_2), percentile_cont(0.96875e0) within group (order by value_2), percentile_cont(0.985e0) within group (order by value_2), percentile_cont(0.995e0) within group (order by value_2), percentile_cont(0.999e0) within group (order by value_2), percentile_cont(0.9999e0) within group (order by value_2), percentile_cont(1.0e0) within group (order by value_2)) as spread_2
    from sample_1
),
different_1_2 as (
    select count(distinct value_2) as distinct_2
    from sample_1
)

select
    0 as is_current,
    sampled_1,
    distinct_1,
    spread_1,
    sampled_2,
    distinct_2,
    spread_2
from sample_0_1
cross join different_0_1
cross join sample_0_2
cross join different_0_2
union all
select
    1 as is_current,
    sampled_1,
    distinct_1,
    spread_1,
    sampled_2,
    distinct_2,
    spread_2
from sample_1_1
cross join different_1_1
cross join sample_1_2
cross join different_1_2
order by is_current

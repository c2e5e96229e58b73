select
    0 as is_current,
    count(value_1) as sampled_1,
    approx_count_distinct(value_1) as distinct_1,
    percentile(value_1, array(0.0e0, 0.0001e0, 0.001e0, 0.005e0, 0.015e0, 0.03125e0, 0.0625e0, 0.09375e0, 0.125e0, 0.15625e0, 0.1875e0, 0.21875e0, 0.25e0, 0.28125e0, 0.3125e0, 0.34375e0, 0.375e0, 0.40625e0, 0.4375e0, 0.46875e0, 0.5e0, 0.53125e0, 0.5625e0, 0.59375e0, 0.625e0, 0.65625e0, 0.6875e0, 0.71875e0, 0.75e0, 0.78125e0, 0.8125e0, 0.84375e0, 0.875e0, 0.90625e0, 0.9375e0, 0.96875e0, 0.985e0, 0.995e0, 0.999e0, 0.9999e0, 1.0e0)) as spread_1,
    count(value_2) as sampled_2,
    approx_count_distinct(value_2) as distinct_2,
    percentile(value_2, array(0.0e0, 0.0001e0, 0.001e0, 0.005e0, 0.015e0, 0.03125e0, 0.0625e0, 0.09375e0, 0.125e0, 0.15625e0, 0.1875e0, 0.21875e0, 0.25e0, 0.28125e0, 0.3125e0, 0.34375e0, 0.375e0, 0.40625e0, 0.4375e0, 0.46875e0, 0.5e0, 0.53125e0, 0.5625e0, 0.59375e0, 0.625e0, 0.65625e0, 0.6875e0, 0.71875e0, 0.75e0, 0.78125e0, 0.8125e0, 0.84375e0, 0.875e0, 0.90625e0, 0.9375e0, 0.96875e0, 0.985e0, 0.995e0, 0.999e0, 0.9999e0, 1.0e0)) as spread_2
from (
    select
        cast(case when (abs(`order`) < cast('Infinity' as double)) then `order` end as double) as value_1,
        cast(case when (`Amount` is not null) then `Amount` end as double) as value_2
    from (
        select `order`, `Amount`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
        and rand(42) * 1e4 < 100.0e0 * 100.0e0
    ) as sampled_window
) as sampled_values
union all
select
    1 as is_current,
    count(value_1) as sampled_1,
    approx_count_distinct(value_1) as distinct_1,
    percentile(value_1, array(0.0e0, 0.0001e0, 0.001e0, 0.005e0, 0.015e0, 0.03125e0, 0.0625e0, 0.09375e0, 0.125e0, 0.15625e0, 0.1875e0, 0.21875e0, 0.25e0, 0.28125e0, 0.3125e0, 0.34375e0, 0.375e0, 0.40625e0, 0.4375e0, 0.46875e0, 0.5e0, 0.53125e0, 0.5625e0, 0.59375e0, 0.625e0, 0.65625e0, 0.6875e0, 0.71875e0, 0.75e0, 0.78125e0, 0.8125e0, 0.84375e0, 0.875e0, 0.90625e0, 0.9375e0, 0.96875e0, 0.985e0, 0.995e0, 0.999e0, 0.9999e0, 1.0e0)) as spread_1,
    count(value_2) as sampled_2,
    approx_count_distinct(value_2) as distinct_2,
    percentile(value_2, array(0.0e0, 0.0001e0, 0.001e0, 0.005e0, 0.015e0, 0.03125e0, 0.0625e0, 0.09375e0, 0.125e0, 0.15625e0, 0.1875e0, 0.21875e0, 0.25e0, 0.28125e0, 0.3125e0, 0.34375e0, 0.375e0, 0.40625e0, 0.4375e0, 0.46875e0, 0.5e0, 0.53125e0, 0.5625e0, 0.59375e0, 0.625e0, 0.65625e0, 0.6875e0, 0.71875e0, 0.75e0, 0.78125e0, 0.8125e0, 0.84375e0, 0.875e0, 0.90625e0, 0.9375e0, 0.96875e0, 0.985e0, 0.995e0, 0.999e0, 0.9999e0, 1.0e0)) as spread_2
from (
    select
        cast(case when (abs(`order`) < cast('Infinity' as double)) then `order` end as double) as value_1,
        cast(case when (`Amount` is not null) then `Amount` end as double) as value_2
    from (
        select `order`, `Amount`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
        and rand(42) * 1e4 < 100.0e0 * 100.0e0
    ) as sampled_window
) as sampled_values
order by is_current

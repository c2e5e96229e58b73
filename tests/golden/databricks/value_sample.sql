with
first_rows as ( -- 1. the columns of some rows as text
    select
        cast(`schema_version` as string) as value_1,
        cast(`predicted_label` as string) as value_2
    from `shop`.`predictions` as monitored
    limit 1000
)

-- 2. how many rows there are, and for each column how many values, and how many different ones
select
    count(*) as row_count,
    count(value_1) as values_1,
    approx_count_distinct(value_1) as distinct_1,
    count(value_2) as values_2,
    approx_count_distinct(value_2) as distinct_2
from first_rows

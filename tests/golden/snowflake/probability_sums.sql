with
first_rows as ( -- 1. the columns of some rows, each cast and named once
    select
        cast("p_a" as double precision) as p_1,
        cast("p_b" as double precision) as p_2,
        cast("p_unknown" as double precision) as p_3
    from "shop"."predictions" as monitored
    limit 1000
),
sums as ( -- 2. their sum, and whether one is outside of [0, 1]
    select
        (p_1 + p_2 + p_3) as probability_sum,
        case when (
            p_1 < 0 or (p_1 > 1 and not (p_1 = cast('NaN' as double precision)))
            or p_2 < 0 or (p_2 > 1 and not (p_2 = cast('NaN' as double precision)))
            or p_3 < 0 or (p_3 > 1 and not (p_3 = cast('NaN' as double precision)))
        ) then 1 else 0 end as out_of_range
    from first_rows
)

-- 3. the rows that have all of them, and those among these that are probabilities
select
    count(*) as complete_rows,
    count(case when out_of_range = 0 and abs(probability_sum - 1) <= 0.01 then 1 end) as sound_rows
from sums
where (abs(probability_sum) < cast('inf' as double precision))

with
-- 1. each row's class probabilities, cast and named once
labeled_rows as (
    select
        cast("user_id" as varchar) as user_id,
        cast("p_a" as double precision) as p_1,
        cast("p_b" as double precision) as p_2,
        cast("p_unknown" as double precision) as p_3
    from (
        select "user_id", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where "user_id" is not null
),
-- 2. each row's entropy
scored as (
    select
        user_id,
        case when (abs((p_1 + p_2 + p_3)) < infinity()) then - (
            case when p_1 > 1e-08 then p_1 * ln(p_1) else 1e-08 * ln(1e-08) end
            + case when p_2 > 1e-08 then p_2 * ln(p_2) else 1e-08 * ln(1e-08) end
            + case when p_3 > 1e-08 then p_3 * ln(p_3) else 1e-08 * ln(1e-08) end
        ) end as entropy
    from labeled_rows
),
-- 3. each user's mean, and the squared standard error of both means
user_means as (
    select
        user_id,
        count(entropy) as user_rows,
        avg(entropy) as user_mean,
        var_samp(entropy) / count(entropy) as user_error,
        cast(0.01e0 as double precision) / 110 as ref_error
    from scored
    where entropy is not null
    group by user_id
    having count(entropy) > 1
),
-- 4. Welch's t with the degrees of freedom of Welch and Satterthwaite
user_scores as (
    select
        user_id,
        user_rows,
        user_mean,
        (user_mean - 0.4e0) as change,
        (user_mean - 0.4e0) / nullif(sqrt(user_error + ref_error), 0) as t,
        (user_error + ref_error) * (user_error + ref_error)
            / nullif(user_error * user_error / (user_rows - 1) + ref_error * ref_error / (110 - 1), 0) as degrees
    from user_means
)

select user_id, change as score, user_rows, count(*) over () as affected_users
from user_scores
where (change >= 0.10986122886681099e0 or user_mean > 2.0e0 * 0.4e0)
    and t >= case
            when degrees >= 10.0e0 then 1.8125e0
            when degrees >= 1.0e0 then 6.25e0
        end
order by change desc, user_id
limit 100

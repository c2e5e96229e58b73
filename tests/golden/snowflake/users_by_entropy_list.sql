with
-- 1. each user's current rows: probabilities, entropy of each row, moments
current_rows as (
    select
        cast("user_id" as varchar) as user_id,
        "probs" as probabilities
    from (
        select "user_id", "probs"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
    where "user_id" is not null
),
current_scores as (
    select
        user_id,
        case when (array_size(probabilities) > 0
            and reduce(probabilities, cast(0 as double precision), (total double, p double) -> total + coalesce(cast(case when (abs(cast(p as double precision)) < cast('inf' as double precision)) then 1 else 0 end as double precision), cast(0 as double precision)))
            = array_size(probabilities)) then
            - reduce(probabilities, cast(0 as double precision), (total double, p double) -> total + coalesce(cast(case when cast(p as double precision) > 1e-08 then cast(p as double precision) * ln(cast(p as double precision)) else 1e-08 * ln(1e-08) end as double precision), cast(0 as double precision)))
        end as entropy
    from current_rows
),
user_moments as (
    select
        user_id,
        count(entropy) as user_rows,
        avg(entropy) as user_mean,
        var_samp(entropy) as user_variance
    from current_scores
    where entropy is not null
    group by user_id
    having count(entropy) >= 2
),
-- 2. the same of the reference, for users with enough rows there: probabilities, entropy of each row, moments
reference_rows as (
    select
        cast("user_id" as varchar) as user_id,
        "probs" as probabilities
    from (
        select "user_id", "probs"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
    where "user_id" is not null
),
reference_scores as (
    select
        user_id,
        case when (array_size(probabilities) > 0
            and reduce(probabilities, cast(0 as double precision), (total double, p double) -> total + coalesce(cast(case when (abs(cast(p as double precision)) < cast('inf' as double precision)) then 1 else 0 end as double precision), cast(0 as double precision)))
            = array_size(probabilities)) then
            - reduce(probabilities, cast(0 as double precision), (total double, p double) -> total + coalesce(cast(case when cast(p as double precision) > 1e-08 then cast(p as double precision) * ln(cast(p as double precision)) else 1e-08 * ln(1e-08) end as double precision), cast(0 as double precision)))
        end as entropy
    from reference_rows
),
own_moments as (
    select
        user_id,
        count(entropy) as own_rows,
        avg(entropy) as own_mean,
        var_samp(entropy) as own_variance
    from reference_scores
    where entropy is not null
    group by user_id
    having count(entropy) >= 17
),
-- 3. the reference that each user is compared with, and the squared standard error of both means
user_means as (
    select
        user_moments.user_id as user_id,
        user_rows,
        own_rows,
        user_mean,
        user_variance / user_rows as user_error,
        case when own_rows is null then user_variance else greatest(user_variance, own_variance) end / user_rows as least_error,
        cast(case when own_rows is null then 110 else own_rows end as double precision) as ref_n,
        case when own_rows is null then 0.4e0 else own_mean end as ref_mean,
        case when own_rows is null then cast(0.01e0 as double precision) / 110 else own_variance / own_rows end as ref_error
    from user_moments
    left join own_moments on user_moments.user_id = own_moments.user_id
),
-- 4. Welch's t with the degrees of freedom of Welch and Satterthwaite
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        user_mean,
        ref_mean,
        -(user_mean - ref_mean) as change,
        least_error + ref_error as error,
        -(user_mean - ref_mean) / nullif(sqrt(least_error + ref_error), 0) as t,
        (user_error + ref_error) * (user_error + ref_error)
            / nullif(user_error * user_error / (user_rows - 1) + ref_error * ref_error / (ref_n - 1), 0) as degrees
    from user_means
)

select user_id, change as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where (change >= 0.109861e0)
    and (error = 0 or t >= case
            when degrees >= 10.0e0 then 1.8125e0
            when degrees >= 1.0e0 then 6.25e0
        end)
order by change desc, user_id
limit 100

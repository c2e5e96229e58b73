with
-- 1. the reference's share of each bin, and the part of PSI of a user who has no row in it
reference_bins as (
    select 1 as bin, 0.25e0 as ref_share, (0.0001e0 - 0.25e0) * ln(0.0001e0 / 0.25e0) as empty_part
    union all
    select 2 as bin, 0.25e0 as ref_share, (0.0001e0 - 0.25e0) * ln(0.0001e0 / 0.25e0) as empty_part
    union all
    select 3 as bin, 0.3e0 as ref_share, (0.0001e0 - 0.3e0) * ln(0.0001e0 / 0.3e0) as empty_part
    union all
    select 4 as bin, 0.2e0 as ref_share, (0.0001e0 - 0.2e0) * ln(0.0001e0 / 0.2e0) as empty_part
),
all_empty as (
    select sum(empty_part) as empty_psi
    from reference_bins
),
-- 2. each user's rows in each bin
user_values as (
    select
        cast("user_id" as varchar(65535)) as user_id,
        cast(case
            when cast("order" as double precision) < 8.6e0 then 1
            when cast("order" as double precision) < 10.0e0 then 2
            when cast("order" as double precision) < 11.5e0 then 3
            else 4
        end as integer) as bin
    from (select * from "shop"."predictions" as monitored where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')) as current_window
    where "user_id" is not null and ("order" < 'Infinity' and "order" > '-Infinity')
),
user_bins as (
    select user_id, bin, count(*) as bin_rows
    from user_values
    group by user_id, bin
),
user_totals as (
    select user_id, sum(bin_rows) as user_rows
    from user_bins
    group by user_id
),
user_shares as (
    select
        user_bins.user_id,
        user_totals.user_rows,
        reference_bins.ref_share,
        reference_bins.empty_part,
        greatest(cast(user_bins.bin_rows as double precision) / user_totals.user_rows, 0.0001e0) as user_share
    from user_bins
    inner join user_totals on user_bins.user_id = user_totals.user_id
    inner join reference_bins on user_bins.bin = reference_bins.bin
),
-- 3. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
        max(empty_psi) + sum((user_share - ref_share) * ln(user_share / ref_share) - empty_part) as psi
    from user_shares
    cross join all_empty
    group by user_id, user_rows
)

select user_id, psi as score, user_rows, count(*) over () as affected_users
from user_scores
where psi > 0.2e0
    and psi > case
            when user_rows >= 50 then 0.25e0
            when user_rows >= 5 then 0.5e0
        end
order by psi desc, user_id
limit 100

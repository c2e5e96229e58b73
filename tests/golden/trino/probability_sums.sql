with
first_rows as (
    select "p_a", "p_b", "p_unknown"
    from "shop"."predictions" as monitored
    limit 1000
)

select
    count(*) as complete_rows,
    count(case when not ("p_a" < 0 or ("p_a" > 1 and not is_nan(cast("p_a" as double precision))) or "p_b" < 0 or ("p_b" > 1 and not is_nan(cast("p_b" as double precision))) or "p_unknown" < 0 or ("p_unknown" > 1 and not is_nan(cast("p_unknown" as double precision)))) and abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision)) - 1) <= 0.01 then 1 end) as sound_rows
from first_rows
where ((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision)) < infinity() and (cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision)) > - infinity() and not is_nan((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))))

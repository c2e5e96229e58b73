with
first_rows as (
    select `p_a`, `p_b`, `p_unknown`
    from `shop`.`predictions` as monitored
    limit 1000
)

select
    count(*) as complete_rows,
    count(case when not (`p_a` < 0 or (`p_a` > 1 and not (cast(`p_a` as double) = cast('NaN' as double))) or `p_b` < 0 or (`p_b` > 1 and not (cast(`p_b` as double) = cast('NaN' as double))) or `p_unknown` < 0 or (`p_unknown` > 1 and not (cast(`p_unknown` as double) = cast('NaN' as double)))) and abs((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) - 1) <= 0.01 then 1 end) as sound_rows
from first_rows
where ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) < cast('Infinity' as double) and (cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) > - cast('Infinity' as double) and not ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) = cast('NaN' as double)))

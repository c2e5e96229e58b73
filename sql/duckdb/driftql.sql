-- driftql for a plain DuckDB shell (1.3 and newer): no Python, no extension. Read this file (.read driftql.sql), then ask:
--
--   from drift_check('ref_table', 'cur_table');               first: one row per check, with effect, evidence and verdict
--   from drift_features('ref_table', 'cur_table');            one row per feature: PSI, KS, missing values
--   from drift_bins('ref_table', 'cur_table', 'column');      the bins behind one PSI
--   from drift_labels('ref_table', 'cur_table');              reject rate, entropy, class mix
--   from drift_classes('ref_table', 'cur_table');             one row per class
--
-- The reference comes first. Each is a text: a table, a view, or files such as 'january.parquet' or 'logs/*.csv'. For a range
-- of dates, make a view. In the result of drift_check, is_flagged is true for an alert, and NULL where a check could not be
-- computed; reason says why. Columns and rows that no check looks at have rows of their own.
--
-- Nothing needs to be changed here: columns and thresholds are parameters, such as label := 'outcome', features := ['dep_*'],
-- exclude := 'seats', psi := 0.25. The README beside this file explains all of them, and each column of the results.
--
-- All macros are temporary: nothing is written to the database. Tried on DuckDB 1.5.6 and 2.0. Made by
-- `python -m driftql.sql.shell` from the macros in sql/macros; do not edit.

-- 1. The rows of each table. Files of one pattern are read by the names of their columns, with types that hold the values of
--    all files. In CSV files all values decide about the types, the usual markers are missing values, and no line is skipped
--    or taken for a comment.
create or replace temp macro driftql_is_csv(any_table) as regexp_matches(lower(any_table), '\.(csv|tsv|txt)(\.gz|\.zst)?$');

create or replace temp macro driftql_reader(any_table) as
case
    when regexp_matches(lower(any_table), '\.(parquet|parq|pq)$') then 'from read_parquet(''{path}'', union_by_name = true)'
    when regexp_matches(lower(any_table), '\.(json|jsonl|ndjson)(\.gz|\.zst)?$')
    then 'from read_json(''{path}'', union_by_name = true)'
    when driftql_is_csv(any_table)
    then 'from read_csv(''{path}'', union_by_name = true, sample_size = -1, skip = 0, comment = '''', '
        || 'nullstr = ['''', ''NA'', ''N/A'', ''n/a'', ''#N/A'', ''#NA'', ''NULL'', ''null'', ''None'', ''<NA>'', ''\N''])'
    else 'from query_table(''{path}'')'
end;

create or replace temp macro driftql_table(any_table) as table
from query(replace(driftql_reader(any_table), '{path}', replace(any_table, '''', '''''')));

-- The rows of one table, with the columns of both: names as in the first, types that hold the values of both. The column
-- driftql_none gives every pattern below something to match, and so does the label's, where no table has it.
create or replace temp macro driftql_source(first_table, second_table, is_second, label_column) as table
(select null::double as driftql_none limit 0)
union all by name (from driftql_table(first_table) where not is_second)
union all by name (from driftql_table(second_table) where is_second)
union all by name (from query('select null as "' || replace(label_column, '"', '""') || '" limit 0'));

-- Every column, with its place, its type for both tables, and its type in each (NULL where it is missing). An empty table
-- has types too: the row of `one` is there in any case. DuckDB 1.x does not see a macro's arguments inside of `describe`.
create or replace temp macro driftql_types(first_table, second_table) as table
from (
    unpivot (
        select typeof(columns(source.*))
        from (select 1) as one
        left join (from driftql_source(first_table, second_table, false, 'driftql_label') limit 1) as source on true
    ) on columns(*) into name column_name value column_type
);

create or replace temp macro driftql_own_types(any_table) as table
from (
    unpivot (
        select typeof(columns(source.*))
        from (select 1) as one
        left join (from driftql_table(any_table) limit 1) as source on true
    ) on columns(*) into name column_name value column_type
);

create or replace temp macro driftql_columns(first_table, second_table) as table
with
both_tables as (
    select row_number() over () as place, column_name, column_type
    from driftql_types(first_table, second_table)
    where column_name not in ('driftql_none', 'driftql_label')
)
select
    both_tables.place,
    both_tables.column_name,
    both_tables.column_type,
    first_columns.column_type as first_type,
    second_columns.column_type as second_type
from both_tables
left join driftql_own_types(first_table) as first_columns
    on lower(both_tables.column_name) = lower(first_columns.column_name)
left join driftql_own_types(second_table) as second_columns
    on lower(both_tables.column_name) = lower(second_columns.column_name);

create or replace temp macro driftql_is_number(type_name) as
coalesce(regexp_matches(type_name, '^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DOUBLE|FLOAT|BOOLEAN|DECIMAL\(.*\))$'), false);

create or replace temp macro driftql_is_list(type_name) as
coalesce(regexp_matches(type_name, '^(DOUBLE|FLOAT|DECIMAL\(\d+,\s*\d+\))\[\d*\]$'), false);

-- Names as a list, where one may be given as a text.
create or replace temp macro driftql_names(given) as
coalesce(try_cast(given as varchar[]), [cast(given as varchar)]);

-- Whether one of some names or globs means a column.
create or replace temp macro driftql_is_named(name, patterns) as
len(list_filter(patterns, lambda pattern: name = pattern or lower(name) glob lower(pattern))) > 0;

create or replace temp macro driftql_is_identifier(name) as
regexp_full_match(lower(name), 'id|uuid|rowid|index|level_\d+|unnamed: \d+|__index_level_\d+__|.*_id') or name like '%Id';

-- A label as text, such that equal values of different types have equal texts.
create or replace temp macro driftql_label_text(value) as
case
    when typeof(value) = 'DOUBLE' then case when isnan(try_cast(value as double)) then null when abs(try_cast(value as double)) < 9e18 and try_cast(value as double) = floor(try_cast(value as double)) then cast(cast(try_cast(value as double) as bigint) as varchar) else cast(try_cast(value as double) as varchar) end
    when typeof(value) = 'FLOAT' then case when isnan(try_cast(value as float)) then null when abs(try_cast(value as float)) < 9e18 and try_cast(value as float) = floor(try_cast(value as float)) then cast(cast(try_cast(value as float) as bigint) as varchar) else cast(try_cast(value as float) as varchar) end
    when starts_with(typeof(value), 'DECIMAL') then case when cast(value as varchar) like '%.%' then rtrim(rtrim(cast(value as varchar), '0'), '.') else cast(value as varchar) end
    else cast(value as varchar)
end;

-- 2. The class probabilities: the columns named, or by convention a list called probabilities or probs, or numbers called
--    p_..., prob_..., proba_... or probability_... that sum to 1, or one number called probability, proba, prob, p_1, ...:
--    that of the positive class. One row: whether it is a list, the names, of the columns that driftql_vectors puts side by side those that
--    count, and why a list of one table cannot be compared.
create or replace temp macro driftql_is_positive(name) as
lower(name) in ('probabilities', 'probs', 'probability', 'proba', 'prob', 'p_1', 'prob_1', 'proba_1', 'probability_1');

create or replace temp macro driftql_is_class(name) as
regexp_matches(lower(name), '^(p|prob|proba|probability)_');

-- One number holds the probability of the positive class; that of the other class is the rest.
create or replace temp macro driftql_both_classes(numbers) as
case when len(numbers) = 1 then [1 - numbers[1], numbers[1]] else numbers end;

create or replace temp macro driftql_is_candidate(name, wanted) as
name = 'driftql_none' or case when len(wanted) > 0 then driftql_is_named(name, wanted)
    else driftql_is_class(name) or driftql_is_positive(name) end;

create or replace temp macro driftql_vectors(first_table, second_table, is_second, label_column, wanted) as table
select
    driftql_label,
    list_value(*columns(lambda c: starts_with(c, 'number_') and driftql_is_candidate(c[8:], wanted))) as numbers,
    coalesce(*columns(lambda c: starts_with(c, 'list_') and driftql_is_candidate(c[6:], wanted))) as list_of_numbers
from (
    select
        driftql_label_text(columns(lambda c: lower(c) = lower(label_column))) as driftql_label,
        try_cast(columns('^(.*)$') as double) as 'number_\1',
        try_cast(columns('^(.*)$') as double[]) as 'list_\1'
    from driftql_source(first_table, second_table, is_second, label_column)
);

create or replace temp macro driftql_probabilities(first_table, second_table, wanted) as table
with
candidates as (
    select
        place,
        column_name,
        first_type,
        second_type,
        driftql_is_list(first_type) and driftql_is_list(second_type) as is_list,
        driftql_is_number(first_type) and driftql_is_number(second_type) and (
            len(wanted) > 0 or (driftql_is_class(column_name) and regexp_matches(second_type, '^(DOUBLE|FLOAT|DECIMAL)'))
        ) as is_number,
        coalesce(
            driftql_is_number(first_type) and len(wanted) = 0 and driftql_is_positive(column_name)
            and regexp_matches(second_type, '^(DOUBLE|FLOAT|DECIMAL)'),
            false
        ) as is_positive
    from (
        from driftql_columns(first_table, second_table)
        -- In the order of driftql_vectors: of the dummy columns only this one can be a candidate.
        union all select 0, 'driftql_none', 'DOUBLE', null, null
    )
    where driftql_is_candidate(column_name, wanted)
),
counted as (
    select
        candidates.*,
        len(wanted) = 0 and count(*) filter (where is_number) over () < 2 as is_alone,
        count(*) filter (where is_positive) over () = 1 as has_positive
    from candidates
),
found as (
    select
        bool_or(is_list) as is_list,
        list(column_name order by place) filter (where is_list) as list_names,
        list(column_name order by place) filter (where is_chosen) as number_names,
        list(is_chosen order by place) as chosen,
        min(
            column_name || ' of ' || if(driftql_is_list(first_type), first_table, second_table)
            || ' are class probabilities, but ' || if(driftql_is_list(first_type), second_table, first_table)
            || ' has no ' || if(first_type is null or second_type is null, '', 'list in ') || column_name
        ) filter (where driftql_is_list(first_type) <> driftql_is_list(second_type)) as lost
    from (
        select *, case when is_alone then is_positive and has_positive else is_number end as is_chosen
        from counted
    )
),
looked_at as (
    select driftql_both_classes(list_where(numbers, chosen)) as numbers
    from driftql_vectors(first_table, second_table, true, 'driftql_label', wanted)
    cross join found
    limit 10000
),
sums as (
    select
        count(*) as complete_rows,
        count(*) filter (
            where abs(list_sum(numbers) - 1) <= 0.01 and list_min(numbers) >= 0 and list_max(numbers) <= 1
        ) as sound_rows
    from looked_at
    where len(list_filter(numbers, lambda p: isfinite(p))) = len(numbers)
),
named as (
    select
        is_list,
        chosen,
        lost,
        case
            when is_list then list_names
            when len(wanted) > 0 or (len(number_names) > 0 and sound_rows >= 0.99 * complete_rows) then number_names
            else []
        end as names
    from found
    cross join sums
)
select is_list, chosen, coalesce(names, []) as names, case when len(coalesce(names, [])) = 0 then lost end as lost
from named;

-- 3. What was asked for and is not there, as one sentence.
create or replace temp macro driftql_complaints(
    first_table, second_table, label_column, probability_columns, wanted, unwanted
) as table
with
all_columns as materialized (from driftql_columns(first_table, second_table)),
-- What is asked for: a name or a glob, what for, and in which order it is complained of.
wishes as (
    select unnest(wanted) as name, 'for a feature' as purpose, 1 as place
    union all
    select unnest(probability_columns), 'for the parameter probabilities', 2
    union all
    select label_column, 'for the parameter label', 3 where lower(label_column) <> 'predicted_label'
    union all
    select unnest(list_filter(unwanted, lambda name: not regexp_matches(name, '[*?\[]'))), 'to exclude', 4
),
matches as (
    select
        name, purpose, wishes.place,
        count(first_type) filter (where is_match) as first_matches,
        count(second_type) filter (where is_match) as second_matches,
        min(first_type) filter (
            where is_match and not driftql_is_number(first_type) and not driftql_is_number(second_type)
        ) as not_number,
        min(
            'the column ''' || column_name || ''' is ' || first_type || ' in ' || first_table || ' and ' || second_type
            || ' in ' || second_table || '; class probabilities are numbers, or lists of them, in both'
        ) filter (
            where is_match
                and not (driftql_is_number(first_type) and driftql_is_number(second_type))
                and not (driftql_is_list(first_type) and driftql_is_list(second_type))
        ) as not_probability,
        max_by(column_name, similarity) filter (where similarity > 0.75) as nearest
    from wishes
    cross join lateral (
        select
            *,
            jaro_winkler_similarity(lower(column_name), lower(name)) as similarity,
            lower(column_name) = lower(name)
                or wishes.place < 3 and lower(column_name) glob lower(name) as is_match
        from all_columns
    ) as compared
    group by all
),
sentences as (
    select place, case
        when place = 4 and first_matches + second_matches = 0
        then 'neither ' || first_table || ' nor ' || second_table || ' has a column ''' || name || ''' ' || purpose || hint
        when place < 4 and (first_matches = 0 or second_matches = 0 and place > 1)
        then if(first_matches = 0, first_table, second_table) || ' has no column ''' || name || ''' ' || purpose || hint
        when place = 1 and not_number is not null and not regexp_matches(name, '[*?\[]')
        then 'the feature ''' || name || ''' of ' || first_table || ' is ' || not_number
            || '; a feature is a number or a boolean, and `driftql check` compares times too'
        when place = 2 then not_probability
    end as sentence
    from (select *, coalesce('; did you mean ''' || nearest || '''?', '') as hint from matches)
    union all
    -- A line with more fields than the first makes DuckDB read whole lines as one column.
    select 5, if(first_type is not null, first_table, second_table)
        || ': whole lines were read as one column, because not all have as many fields as the first; mend the file, or make a '
        || 'view of it with read_csv'
    from (
        select *, count(first_type) over () as first_columns, count(second_type) over () as second_columns
        from all_columns
    )
    where regexp_matches(column_name, '[,;|\t]')
        and (
            first_type is not null and first_columns = 1 and driftql_is_csv(first_table)
            or second_type is not null and second_columns = 1 and driftql_is_csv(second_table)
        )
)
select sentence from sentences where sentence is not null order by place limit 1;

-- 4. The features: the columns named, or every number without a role whose name is not an identifier's; with_scores, the
--    model's scores too: the class probabilities and the confidence. Every other column is listed as well: check_name is
--    feature_psi where a feature cannot be compared, columns_left_out where it is none.
create or replace temp macro driftql_choices(
    first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores
) as table
with
kinds as (
    select
        all_columns.*,
        driftql_is_number(first_type) as first_number,
        driftql_is_number(second_type) as second_number,
        case when first_type is null then 'current' when second_type is null then 'reference' end as only_window,
        coalesce(first_type, second_type) as own_type,
        list_contains(names, column_name) or (lower(column_name) = 'confidence' and second_number) as is_score,
        (first_type is null or driftql_is_csv(first_table)) and (second_type is null or driftql_is_csv(second_table))
            and column_name = 'column' || (place - 1)
            and not bool_and(regexp_matches(column_name, '^column\d+$')) over () as is_unnamed
    from driftql_columns(first_table, second_table) as all_columns
    cross join driftql_probabilities(first_table, second_table, probability_columns)
    where not driftql_is_named(column_name, unwanted)
        and (len(wanted) = 0 or driftql_is_named(column_name, wanted) or (with_scores and is_score))
),
reasons as (
    select
        *,
        case
            when is_score and driftql_is_list(second_type) then 'of a list of probabilities, only the entropy is compared'
            when is_score and first_type is null then 'only in the current window'
            when is_score and not first_number then 'it is ' || first_type || ' in ' || first_table || ', not a number'
            when is_score or len(wanted) > 0 then null
            when lower(column_name) = lower(label_column) and only_window is null then 'role'
            when lower(column_name) in ('user_id', 'bucket_start_ts', 'bucket_end_ts', 'schema_version')
                and second_type is not null
            then 'role'
            when lower(column_name) = 'confidence' and second_type is not null then second_type || ': a confidence is a number'
            when lower(column_name) = lower(label_column) then 'only in the ' || only_window || ' window'
        end as role,
        case
            when not first_number and not second_number then case
                when only_window is not null then 'only in the ' || only_window || ' window'
                when regexp_matches(own_type, '^(VARCHAR|ENUM|UUID)')
                    then own_type || ': text is not compared here; `driftql check` compares it'
                when regexp_matches(own_type, '^(DATE|TIME)') and not ends_with(own_type, ']')
                then own_type || ': a time is not a feature'
                when ends_with(own_type, ']') then own_type || ': a list is not a feature'
                else own_type || ': it is not a number'
            end
            when len(wanted) = 0 and is_unnamed then 'it has no name in the file'
            when len(wanted) = 0 and not is_score and driftql_is_identifier(column_name) then 'an identifier, by its name'
            when only_window = 'current' then 'only in the current window'
        end as left_out,
        case
            when second_type is null then second_table || ' has no column of this name'
            when not second_number then 'it is ' || second_type || ' in ' || second_table || ', not a number'
            when not first_number then 'it is ' || first_type || ' in ' || first_table || ', not a number'
        end as unusable
    from kinds
)
select
    place,
    column_name as feature,
    case when coalesce(role, left_out) is null then 'feature_psi' else 'columns_left_out' end as check_name,
    coalesce(role, left_out, unusable) as reason
from reasons
where role is null or role <> 'role';

create or replace temp macro driftql_features(
    first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores
) as table
select place, feature, reason
from driftql_choices(first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores)
where check_name = 'feature_psi';

-- One row per value that is not NULL, of every column that may be a feature; columns that are no numbers have none.
create or replace temp macro driftql_values(
    first_table, second_table, is_second, wanted, unwanted, probability_columns, with_scores
) as table
from (
    unpivot (
        select case when driftql_is_number(typeof(columns(*))) then try_cast(columns(*) as double) end
        from (
            select columns(lambda c: c = 'driftql_none' or not (
                driftql_is_named(c, unwanted)
                or not (with_scores and (lower(c) = 'confidence' or driftql_is_candidate(c, probability_columns)))
                and case when len(wanted) > 0 then not driftql_is_named(c, wanted) else driftql_is_identifier(c) end
            ))
            from driftql_source(first_table, second_table, is_second, 'driftql_label')
        )
    ) on columns(*) into name feature value value
);

create or replace temp macro driftql_presence(
    first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores
) as table
with
ref_counts as (
    select feature, count(*) as present_rows
    from driftql_values(first_table, second_table, false, wanted, unwanted, probability_columns, with_scores)
    group by feature
),
cur_counts as (
    select feature, count(*) as present_rows
    from driftql_values(first_table, second_table, true, wanted, unwanted, probability_columns, with_scores)
    group by feature
)
select
    place,
    feature,
    (select count(*)::double from driftql_table(first_table)) as ref_all,
    (select count(*)::double from driftql_table(second_table)) as cur_all,
    coalesce(ref_counts.present_rows, 0)::double as ref_present,
    coalesce(cur_counts.present_rows, 0)::double as cur_present
from driftql_features(first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores) as features
left join ref_counts using (feature)
left join cur_counts using (feature)
where reason is null;

create or replace temp macro driftql_finished_features(
    first_table, second_table, label_column, probability_columns, wanted, unwanted, least_rows, share_floor, with_scores
) as table
with
thresholds as ( -- 1. the thresholds
    select
        cast(least_rows as double precision) as min_rows, -- fewer rows than this are too few
        cast(share_floor as double precision) as psi_epsilon -- a smaller share of a bin counts as this
),
presence as ( -- 2. how many rows each table has, and how many of them hold a value
    select * from driftql_presence(
        first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores
    )
),
window_values as ( -- 3. every finite value, and which table it is from
    select feature, value, 1 as ref_rows, 0 as cur_rows
    from driftql_values(first_table, second_table, false, wanted, unwanted, probability_columns, with_scores)
    where isfinite(value)
    union all
    select feature, value, 0 as ref_rows, 1 as cur_rows
    from driftql_values(first_table, second_table, true, wanted, unwanted, probability_columns, with_scores)
    where isfinite(value)
),
grid as ( -- 4. the middle and the spread of each feature, from a sample: only the time depends on it
    select
        feature, median(value) as center,
        greatest(least(1 / nullif(quantile_cont(value, 0.75) - quantile_cont(value, 0.25), 0), 1e300), 1e-300) as scale
    from (select feature, value from window_values tablesample bernoulli (1 percent) repeatable (42)) as sampled_values
    group by feature
),
cell_values as ( -- 5. the cell of each value, on a scale that draws long tails in
    select window_values.*, coalesce(cast(
            ((1 / (1 + abs((value - center) * scale)) - 1) * sign(center - value) + 1) * 8191 as usmallint
        ), 0) as cell
    from window_values left join grid on window_values.feature = grid.feature
),
cells as ( -- 6. how many values of each window each cell holds
    select feature, cell, min(value) as first_value, max(value) as value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from cell_values group by feature, cell
),
cell_totals as ( -- 7. how many are at or below its end, and how many there are
    select cells.*,
        cast(sum(cast(ref_rows as bigint)) over so_far as double) as ref_total,
        cast(sum(cast(cur_rows as bigint)) over so_far as double) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from cells
    window so_far as (partition by feature order by value rows unbounded preceding)
),
open_cells as ( -- 8. which of them may hold a quantile, or a distance as large as the largest at an end
    select cell_totals.*,
        case
            when first_value = value then 0
            when floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 10)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 10) then 1
            when max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)))
            over (partition by feature) <= greatest(
            ref_total / nullif(ref_n, 0) - (cur_total - cur_rows) / nullif(cur_n, 0),
            cur_total / nullif(cur_n, 0) - (ref_total - ref_rows) / nullif(ref_n, 0)) then 1 else 0
        end as is_open
    from cell_totals
),
distinct_values as ( -- 9. one row per different value, or per cell that is not open
    select feature, value, ref_rows, cur_rows from open_cells where is_open = 0 union all
    select feature, value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from cell_values
    where ((feature, cell) in (select feature, cell from open_cells where is_open = 1)) is true
    group by feature, value
),
running_totals as ( -- 10. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        cast(sum(cast(ref_rows as bigint)) over so_far as double) as ref_total,
        cast(sum(cast(cur_rows as bigint)) over so_far as double) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
    window so_far as (partition by feature order by value rows unbounded preceding)
),
gaps as ( -- 11. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap,
        max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))) over (partition by feature) as ks
    from running_totals
),
near_values as ( -- 12. the values with the largest distance, and those next to the quantiles
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 10)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 10)
),
quantiles as ( -- 13. where each bin ends, as a share of the reference
    select 0 as bin, cast(0 as double precision) as fraction union all
    select 1, 0.1e0 union all select 2, 0.2e0 union all select 3, 0.3e0 union all select 4, 0.4e0 union all
    select 5, 0.5e0 union all select 6, 0.6e0 union all select 7, 0.7e0 union all select 8, 0.8e0 union all
    select 9, 0.9e0 union all select 10, 1
),
neighbours as ( -- 14. the reference values low and high around each quantile, weight of the way apart
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
),
edges as ( -- 15. the quantiles, interpolated in numpy's order of operations
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
),
spans as ( -- 16. whether one value holds all quantiles
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = 9 then edge end) over (partition by feature) as last_edge
    from edges
),
bin_ends as ( -- 17. the end of each bin (just above such a value), and how many values are below it
    select
        feature, bin, max(ref_n) as ref_n, max(cur_n) as cur_n,
        max(ks) as ks, min(case when gap = ks then value end) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        max(case
            when bin = 10 then null when ref_minimum < last_edge then edge when edge = 0 then 2.2250738585072014e-308
            else edge + abs(edge) * 1.1102230246251568e-16
        end) as upper,
        coalesce(min(case when value >= edge and bin < 10 then ref_total
            - case when ref_minimum < last_edge then ref_rows else 0 end end), max(ref_n)) as ref_below,
        coalesce(min(case when value >= edge and bin < 10 then cur_total
            - case when ref_minimum < last_edge then cur_rows else 0 end end), max(cur_n)) as cur_below
    from spans where bin > 0 group by feature, bin
),
bins as ( -- 18. one row per feature and bin; equal quantiles leave bins without rows
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
        ref_below - coalesce(lag(ref_below) over (partition by feature order by bin), 0) as ref_rows,
        cur_below - coalesce(lag(cur_below) over (partition by feature order by bin), 0) as cur_rows
    from bin_ends
),
shares as ( -- 19. the share of each bin, none below psi_epsilon
    select bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins cross join thresholds
),
statistics as ( -- 20. PSI and KS of each feature
    select
        feature, max(ref_n) as ref_n, max(cur_n) as cur_n, max(ks) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        sum((cur_share - ref_share) * ln(cur_share / ref_share)) as psi,
        cast(count(*) - 1 as double precision) as freedom, min(ref_rows) as smallest_bin,
        sum(case when ref_rows > 0 then ref_n / ref_rows - 1 else 0 end) as odds
    from shares where ref_rows + cur_rows > 0 group by feature
),
sizes as ( -- 21. the same for the features without a finite value, too, with the size of both samples
    select
        place, presence.feature as feature, ref_all, cur_all, ref_present, cur_present,
        coalesce(ref_n, 0) as ref_n, coalesce(cur_n, 0) as cur_n,
        nullif(case when cur_n < ref_n then cur_n else ref_n end, 0) as fewer,
        case when cur_n < ref_n then ref_n else cur_n end as more,
        case when ref_n > 10000 or cur_n > 10000 then floor(ref_n / nullif(ref_n + cur_n, 0) * cur_n + 5e-1)
            else ref_n / nullif(ref_n + cur_n, 0) * cur_n end as ks_size,
        ref_minimum, ref_maximum, statistics.ks as ks, ks_value, freedom, odds,
        case when ref_minimum < ref_maximum then statistics.psi when statistics.ks = 0 then 0 end as psi,
        case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected,
        'finite values' as unit, min_rows
    from presence left join statistics on presence.feature = statistics.feature cross join thresholds
),
noise as ( -- 22. how both statistics spread without drift
    select sizes.*,
        (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
            * case when expected >= 300 then 1 else 1 + odds / nullif(2 * cur_n * freedom, 0) end as spread,
        case
            when more > 10000 then 1 / 6e0
            else (more + 2 * fewer) / (6 * (fewer + more)) - case
            when (more - fewer * floor(more / fewer)) = 0 then fewer
            when fewer - (more - fewer * floor(more / fewer)) * floor(fewer
            / nullif((more - fewer * floor(more / fewer)), 0)) = 0 then (more - fewer * floor(more / fewer)) else 0
            end / (2 * (fewer + more))
        end as ks_shift,
        sqrt(nullif(ks_size, 0)) * ks as ks_scaled
    from sizes
),
feature_tests as ( -- 23. the statistics by that scale; KS with the correction for its number of rows
    select noise.*,
        case when ref_minimum < ref_maximum and expected >= 30 then psi / spread end as chi_square,
        case
            when psi is null then 'every reference value is ' || case
            when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6
            then cast(cast(ref_minimum as bigint) as varchar)
            else cast(ref_minimum as varchar) end || ', so there are no quantile bins'
            when ref_minimum < ref_maximum and expected < 30
            then 'too few rows for the closed form of the p-value: a bin expects only '
            || cast(cast(floor(expected) as bigint) as varchar) || '; at least 30 are needed'
        end as psi_reason,
        ks_scaled + ks_shift / sqrt(nullif(ks_size, 0)) + case
            when more > 10000 then (ks_scaled * ks_scaled * ks_scaled - ks_scaled) / 9
            else (1 - fewer / (fewer + more) * more / (fewer + more)) / 9
            * (ks_scaled * ks_scaled * ks_scaled - (1 + 2 * fewer / (fewer + more) * more / (fewer + more)) * ks_scaled)
        end / nullif(ks_size, 0) as ks_z
    from noise
),
deviates as ( -- 24. whether there are enough rows; the normal deviate behind each chi-square statistic
    select feature_tests.*,
        case
            when ref_all = 0 and cur_all = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_all = 0 then 'the reference window holds no rows'
            when cur_all = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
        end as few_rows,
        case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end as deviate
    from feature_tests
),
fractions as ( -- 25. parts of the formulas below
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
),
tails as ( -- 26. the tail of the normal distribution: a polynomial fitted to 13 digits
    select fractions.*,
        case
            when deviate > 37 then 0 when deviate < -37 then 1
            else abs(case when deviate < 0 then 1 else 0 end - exp(- deviate * deviate / 2) * (
            7.6919304975006722e-2 + r * (-1.4345755526399723e-1 + r * (1.1606881188592039e-1 + r * (
            -8.0883877265270215e-2 + r * (4.7855352287807511e-2 + r * (-2.3413900462155954e-2 + r * (
            8.9913704916727653e-3 + r * (-2.3788446225079815e-3 + r * (2.1955119546307483e-4 + r * (
            1.3427839662330339e-4 + r * (-6.0429406495054583e-5 + r * (9.5575192080068616e-7 + r * (
            6.6489347421407176e-6 + r * (-1.2575410060939854e-6 + r * (-6.8059977212561246e-7 + r * (
            2.2573488971450943e-7 + r * (7.9326886579751188e-8 + r * (-2.4785566695247639e-8 + r *
            -9.1482994445597197e-9)))))))))))))))))))
        end as tail
    from fractions
)

-- 27. one row per feature
select
    feature,
    cast(ref_n as bigint) as ref_rows,
    cast(cur_n as bigint) as cur_rows,
    cast(ref_all - ref_present as bigint) as ref_missing,
    cast(cur_all - cur_present as bigint) as cur_missing,
    cast(ref_present - ref_n as bigint) as ref_non_finite,
    cast(cur_present - cur_n as bigint) as cur_non_finite,
    case when few_rows is null then psi end as psi,
    case
        when few_rows is not null then null
        when chi_square is not null then case
            when df < 1 or x <= 0 then 1 when df <= 30 and x > 1350 then 0
            when df <= 30 then case when odd = 1 then 2 * tail else 0 end
            + case when df < 2 then 0 else exp(- x / 2)
            * case when odd = 1 then sqrt(2 * x / 3.1415926535897931e0) else 1 end * (1
            + case when df < 4 then 0 else x / (2 + odd) * (1 + case when df < 6 then 0 else x / (4 + odd) * (1
            + case when df < 8 then 0 else x / (6 + odd) * (1 + case when df < 10 then 0 else x / (8 + odd) * (1
            + case when df < 12 then 0 else x / (10 + odd) * (1 + case when df < 14 then 0 else x / (12 + odd) * (1
            + case when df < 16 then 0 else x / (14 + odd) * (1 + case when df < 18 then 0 else x / (16 + odd) * (1
            + case when df < 20 then 0 else x / (18 + odd) * (1 + case when df < 22 then 0 else x / (20 + odd) * (1
            + case when df < 24 then 0 else x / (22 + odd) * (1 + case when df < 26 then 0 else x / (24 + odd) * (1
            + case when df < 28 then 0 else x / (26 + odd) * (1 + case when df < 30 then 0 else x / (28 + odd) * (1
            ) end) end) end) end) end) end) end) end) end) end) end) end) end) end) end
            when deviate > 35 then 0
            else tail + exp(- deviate * deviate / 2) / sqrt(3.1415926535897931e0 * df) * case
            when abs(eta) < 2e-2 then -1 / 3e0 + eta / 12 - 2 * eta * eta / 135 + (-1 / 5.4e2 - eta / 288) * 2 / df
            else 1 / mu - 1 / eta + (1 / (eta * eta * eta) - 1 / (mu * mu * mu)
            - 1 / (mu * mu) - 1 / (12 * mu)) * 2 / df end
        end
        when ref_minimum = ref_maximum and psi = 0 then 1
    end as psi_p_value,
    case
        when few_rows is not null then null
        when chi_square is not null then spread * (case
            when freedom < 1 then 0
            when freedom = 1 then 3.8414588206941236e0
            when freedom = 2 then 5.9914645471079799e0
            when freedom = 3 then 7.8147279032511774e0
            when freedom = 4 then 9.4877290367811540e0
            when freedom = 5 then 1.1070497693516351e1
            when freedom = 6 then 1.2591587243743977e1
            when freedom = 7 then 1.4067140449340169e1
            when freedom = 8 then 1.5507313055865450e1
            when freedom = 9 then 1.6918977604620448e1
            else freedom * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
            * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
            * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
        end)
        when ref_minimum = ref_maximum and psi = 0 then 0
    end as psi_noise,
    case when few_rows is null then ks end as ks_statistic,
    case when few_rows is null then case
            when ks_z < 2e-1 then 1 when ks_z > 18 then 0 when ks_z > 3 then 2 * exp(-2 * ks_z * ks_z)
            when ks_z < 8e-1 then 1 - 2.5066282746310002e0 / ks_z
            * (exp(-1.2337005501361697e0 / (ks_z * ks_z)) + exp(-1.1103304951225528e1 / (ks_z * ks_z)))
            else 2 * (exp(-2 * ks_z * ks_z) - exp(-8 * ks_z * ks_z) + exp(-18 * ks_z * ks_z)
            - exp(-32 * ks_z * ks_z) + exp(-50 * ks_z * ks_z))
        end end as ks_p_value,
    case when few_rows is null then ks_value end as ks_location,
    ref_minimum,
    ref_maximum,
    case when few_rows is null then psi_reason else few_rows end as psi_reason,
    few_rows as ks_reason
from tails
order by place;

create or replace temp macro driftql_feature_rows(
    first_table, second_table, label_column, probability_columns, wanted, unwanted, least_rows, share_floor, with_scores
) as table
from driftql_finished_features(
    first_table, second_table, label_column, probability_columns, wanted, unwanted, least_rows, share_floor, with_scores
)
union all by name
select feature, reason as psi_reason, reason as ks_reason
from driftql_features(first_table, second_table, label_column, wanted, unwanted, probability_columns, with_scores)
where reason is not null;

-- 5. What to ask for.
create or replace temp macro drift_features(
    ref_table, cur_table, label := 'predicted_label', probabilities := []::varchar[], features := []::varchar[],
    exclude := []::varchar[], min_rows := 10, psi_epsilon := 1e-4
) as table
from driftql_feature_rows(
    ref_table, cur_table, label, driftql_names(probabilities), driftql_names(features), driftql_names(exclude), min_rows,
    psi_epsilon, len(driftql_names(features)) = 0
)
union all by name
select error(sentence) as feature
from driftql_complaints(
    ref_table, cur_table, label, driftql_names(probabilities), driftql_names(features), driftql_names(exclude)
);

create or replace temp macro driftql_bins(first_table, second_table, wanted, share_floor) as table
with
thresholds as ( -- 1. the thresholds
    select
        cast(share_floor as double precision) as psi_epsilon -- a smaller share of a bin counts as this
),
window_values as ( -- 2. every finite value, and which table it is from
    select feature, value, 1 as ref_rows, 0 as cur_rows
    from driftql_values(first_table, second_table, false, wanted, []::varchar[], []::varchar[], false)
    where isfinite(value)
    union all
    select feature, value, 0 as ref_rows, 1 as cur_rows
    from driftql_values(first_table, second_table, true, wanted, []::varchar[], []::varchar[], false)
    where isfinite(value)
),
grid as ( -- 3. the middle and the spread of each feature, from a sample: only the time depends on it
    select
        feature, median(value) as center,
        greatest(least(1 / nullif(quantile_cont(value, 0.75) - quantile_cont(value, 0.25), 0), 1e300), 1e-300) as scale
    from (select feature, value from window_values tablesample bernoulli (1 percent) repeatable (42)) as sampled_values
    group by feature
),
cell_values as ( -- 4. the cell of each value, on a scale that draws long tails in
    select window_values.*, coalesce(cast(
            ((1 / (1 + abs((value - center) * scale)) - 1) * sign(center - value) + 1) * 8191 as usmallint
        ), 0) as cell
    from window_values left join grid on window_values.feature = grid.feature
),
cells as ( -- 5. how many values of each window each cell holds
    select feature, cell, min(value) as first_value, max(value) as value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from cell_values group by feature, cell
),
cell_totals as ( -- 6. how many are at or below its end, and how many there are
    select cells.*,
        cast(sum(cast(ref_rows as bigint)) over so_far as double) as ref_total,
        cast(sum(cast(cur_rows as bigint)) over so_far as double) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from cells
    window so_far as (partition by feature order by value rows unbounded preceding)
),
open_cells as ( -- 7. which of them may hold a quantile, or a distance as large as the largest at an end
    select cell_totals.*,
        case
            when first_value = value then 0
            when floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 10)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 10) then 1
            when max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)))
            over (partition by feature) <= greatest(
            ref_total / nullif(ref_n, 0) - (cur_total - cur_rows) / nullif(cur_n, 0),
            cur_total / nullif(cur_n, 0) - (ref_total - ref_rows) / nullif(ref_n, 0)) then 1 else 0
        end as is_open
    from cell_totals
),
distinct_values as ( -- 8. one row per different value, or per cell that is not open
    select feature, value, ref_rows, cur_rows from open_cells where is_open = 0 union all
    select feature, value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from cell_values
    where ((feature, cell) in (select feature, cell from open_cells where is_open = 1)) is true
    group by feature, value
),
running_totals as ( -- 9. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        cast(sum(cast(ref_rows as bigint)) over so_far as double) as ref_total,
        cast(sum(cast(cur_rows as bigint)) over so_far as double) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
    window so_far as (partition by feature order by value rows unbounded preceding)
),
gaps as ( -- 10. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap,
        max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))) over (partition by feature) as ks
    from running_totals
),
near_values as ( -- 11. the values with the largest distance, and those next to the quantiles
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 10)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 10)
),
quantiles as ( -- 12. where each bin ends, as a share of the reference
    select 0 as bin, cast(0 as double precision) as fraction union all
    select 1, 0.1e0 union all select 2, 0.2e0 union all select 3, 0.3e0 union all select 4, 0.4e0 union all
    select 5, 0.5e0 union all select 6, 0.6e0 union all select 7, 0.7e0 union all select 8, 0.8e0 union all
    select 9, 0.9e0 union all select 10, 1
),
neighbours as ( -- 13. the reference values low and high around each quantile, weight of the way apart
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
),
edges as ( -- 14. the quantiles, interpolated in numpy's order of operations
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
),
spans as ( -- 15. whether one value holds all quantiles
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = 9 then edge end) over (partition by feature) as last_edge
    from edges
),
bin_ends as ( -- 16. the end of each bin (just above such a value), and how many values are below it
    select
        feature, bin, max(ref_n) as ref_n, max(cur_n) as cur_n,
        max(ks) as ks, min(case when gap = ks then value end) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        max(case
            when bin = 10 then null when ref_minimum < last_edge then edge when edge = 0 then 2.2250738585072014e-308
            else edge + abs(edge) * 1.1102230246251568e-16
        end) as upper,
        coalesce(min(case when value >= edge and bin < 10 then ref_total
            - case when ref_minimum < last_edge then ref_rows else 0 end end), max(ref_n)) as ref_below,
        coalesce(min(case when value >= edge and bin < 10 then cur_total
            - case when ref_minimum < last_edge then cur_rows else 0 end end), max(cur_n)) as cur_below
    from spans where bin > 0 group by feature, bin
),
bins as ( -- 17. one row per feature and bin; equal quantiles leave bins without rows
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
        ref_below - coalesce(lag(ref_below) over (partition by feature order by bin), 0) as ref_rows,
        cur_below - coalesce(lag(cur_below) over (partition by feature order by bin), 0) as cur_rows
    from bin_ends
),
shares as ( -- 18. the share of each bin, none below psi_epsilon
    select bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins cross join thresholds
),
features as ( -- 19. the names of the features
    select distinct feature from shares
)

-- 20. the bins, numbered
select
    features.feature as feature,
    row_number() over (partition by features.feature order by bin) as bin,
    lower,
    upper,
    cast(ref_rows as bigint) as ref_count,
    cast(cur_rows as bigint) as cur_count,
    case when ref_rows + cur_rows > 0 then (cur_share - ref_share) * ln(cur_share / ref_share) else 0 end
        as contribution
from shares
inner join features on features.feature = shares.feature
where ref_minimum < ref_maximum
    and cur_n > 0
    and (lower is null or upper is null or lower < upper)
order by feature, bin;

create or replace temp macro drift_bins(ref_table, cur_table, column_name, psi_epsilon := 1e-4) as table
from driftql_bins(ref_table, cur_table, [column_name], psi_epsilon)
union all by name
select error(coalesce(sentence, 'the feature ''' || feature || ''': ' || reason)) as feature
from driftql_features(ref_table, cur_table, 'predicted_label', [column_name], []::varchar[], []::varchar[], false)
full join driftql_complaints(
    ref_table, cur_table, 'predicted_label', []::varchar[], [column_name], []::varchar[]
) as complaints on true
where sentence is not null or reason is not null;

create or replace temp macro driftql_labeled(first_table, second_table, is_second, label_column, wanted) as table
select
    driftql_label as label,
    case
        when is_list then list_of_numbers
        when len(names) > 0 then driftql_both_classes(list_where(numbers, chosen))
    end as probs
from driftql_vectors(first_table, second_table, is_second, label_column, wanted)
cross join driftql_probabilities(first_table, second_table, wanted);

-- What the label's columns are: whether each table has one, and the reject label as the rows are written.
create or replace temp macro driftql_label(first_table, second_table, label_column, rejected) as table
select
    count(first_type) > 0 and count(second_type) > 0 as is_there,
    case
        when count(first_type) > 0 and count(second_type) = 0 then second_table || ' has no column ''' || label_column || ''''
        when count(first_type) = 0 and count(second_type) > 0 then first_table || ' has no column ''' || label_column || ''''
    end as lost,
    case
        when bool_and(driftql_is_number(first_type) and driftql_is_number(second_type))
            and try_cast(rejected as double) is not null
        then driftql_label_text(try_cast(rejected as double))
        else rejected
    end as reject_text
from driftql_columns(first_table, second_table)
where lower(column_name) = lower(label_column);

create or replace temp macro driftql_finished_labels(
    first_table, second_table, label_column, wanted, rejected, least_rows
) as table
with
thresholds as ( -- 1. the thresholds
    select
        cast(least_rows as double precision) as min_rows, -- fewer rows than this are too few
        cast(rejected as varchar) as reject_label -- the label of rejected rows
),
labeled_rows as ( -- 2. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast(label as varchar) as label,
        probs as probabilities
    from driftql_labeled(first_table, second_table, false, label_column, wanted) as reference_window
    union all
    select 1 as is_current, cast(label as varchar) as label,
        probs as probabilities
    from driftql_labeled(first_table, second_table, true, label_column, wanted) as current_window
),
scored as ( -- 3. every row's entropy
    select is_current, label,
        case when (len(probabilities) > 0
            and coalesce(list_sum(list_transform(probabilities, lambda p: case when isfinite(cast(p as double precision)) then 1 else 0 end)), 0)
            = len(probabilities)) then
            - coalesce(list_sum(list_transform(probabilities, lambda p: case when cast(p as double precision) > 1e-8 then cast(p as double precision) * ln(cast(p as double precision)) else 1e-8 * ln(1e-8) end)), 0)
        end as entropy, len(probabilities) as class_count
    from labeled_rows
),
labels as ( -- 4. one row per label
    select
        label, cast(max(class_count) as double precision) as class_count,
        cast(count(case when is_current = 0 then 1 end) as double precision) as ref_rows,
        cast(count(case when is_current = 0 then entropy end) as double precision) as ref_scored,
        avg(case when is_current = 0 then entropy end) as ref_mean,
        var_samp(case when is_current = 0 then entropy end) as ref_variance,
        cast(count(case when is_current = 1 then 1 end) as double precision) as cur_rows,
        cast(count(case when is_current = 1 then entropy end) as double precision) as cur_scored,
        avg(case when is_current = 1 then entropy end) as cur_mean,
        var_samp(case when is_current = 1 then entropy end) as cur_variance
    from scored group by label limit 2001
),
label_totals as ( -- 5. beside each label, the totals of its window
    select labels.*,
        0 as feature_number, ref_rows + cur_rows as least_rows, ref_rows + cur_rows as most_rows,
        case when label is not null then 1e0 else 0e0 end as group_size,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_n,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_n,
        sum(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as unseen,
        max(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as largest_new,
        sum(case when label is not null and ref_rows = 1 then 1e0 else 0e0 end) over () as singles,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_labeled,
        sum(ref_scored * ref_mean) over () / nullif(sum(ref_scored) over (), 0) as ref_entropy,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_labeled,
        sum(cur_scored * cur_mean) over () / nullif(sum(cur_scored) over (), 0) as cur_entropy
    from labels
),
chance_of_labels_digits as ( -- 6. numbers
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
),
chance_of_labels_places as ( -- 7. where the bound of Chernoff is tried
    select
        bound_number, cast(case bound_number
            when 1 then 2e-3 when 2 then 5e-3 when 3 then 1e-2 when 4 then 2e-2 when 5 then 3.5e-2
            when 6 then 5e-2 when 7 then 7.5e-2 when 8 then 1e-1 when 9 then 1.5e-1 when 10 then 2e-1
            when 11 then 3e-1 when 12 then 4e-1 when 13 then 5e-1 when 14 then 6e-1 when 15 then 7e-1
            when 16 then 8e-1 when 17 then 9e-1 when 18 then 9.5e-1 when 19 then 1.5e0 when 20 then 2.5e0
            when 21 then 4e0 when 22 then 1.5e0 when 23 then 2.5e0 when 24 then 4e0
            else 0e0 end as double precision) as tilt,
        case when bound_number > 21 then cast(3e1 as double precision)
            when bound_number > 18 then cast(1e1 as double precision) end as cut
    from (
        select 5 * fives.digit + ones.digit as bound_number
        from chance_of_labels_digits as fives cross join chance_of_labels_digits as ones
    ) as bound_numbers
),
chance_of_labels_tilted as ( -- 8. how probable it is that all rows of a category are current
    select label_totals.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from label_totals cross join chance_of_labels_places
),
chance_of_labels_exponents as ( -- 9. the exponents of the bound
    select chance_of_labels_tilted.*,
        case when log_all_current > -700 then exp(log_all_current) else 0 end as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from chance_of_labels_tilted
),
chance_of_labels_terms as ( -- 10. what each category adds to it
    select chance_of_labels_exponents.*,
        case when log_as_large > -700 then exp(log_as_large) else 0 end as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then case when exponent > -700 then exp(exponent) else 0 end - all_current
            else case when exponent > -700 then exp(exponent) else 0 end
        end as term
    from chance_of_labels_exponents
),
chance_of_labels_sums as ( -- 11. the bound at each place
    select chance_of_labels_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from chance_of_labels_terms
),
chance_of_labels_bounds as ( -- 12. the least of the bounds
    select chance_of_labels_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + case when log_bound > -700 then exp(log_bound) else 0 end, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from chance_of_labels_sums
),
chance_of_labels_new as ( -- 13. the p-value of new categories
    select chance_of_labels_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from chance_of_labels_bounds where bound_number = 0
),
label_shares as ( -- 14. the share of each class
    select chance_of_labels_new.*,
        case when label is not null and ref_rows = 0 then cur_rows else 0 end as new_rows,
        ref_mean - ref_entropy as ref_off, cur_mean - cur_entropy as cur_off,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from chance_of_labels_new
),
label_moves as ( -- 15. the classes by how far they moved
    select label_shares.*,
        row_number() over (order by coalesce(abs(cur_share - ref_share), -1) desc, label) as place,
        row_number() over (order by new_rows desc, label) as new_place
    from label_shares
),
label_sums as ( -- 16. one row for everything, with the mean and the variance of the entropy of each window
    select
        count(label) as classes, max(class_count) as class_count,
        coalesce(sum(case when ref_rows > 0 then 1 else 0 end + case when cur_rows > 0 then 1 else 0 end), 0) as counts,
        min(case when label is not null then ref_rows + cur_rows end) as rarest,
        max(abs(cur_share - ref_share)) as largest_shift,
        sum((cur_share - ref_share) * (cur_share - ref_share) / nullif(ref_rows + cur_rows, 0)) as squares,
        max(unseen) as unseen, max(new_p_value) as new_p_value, max(singles) as singles,
        max(case when new_place = 1 then label end) as newest,
        max(case when place = 1 then label end) as moved,
        max(case when place = 1 then ref_share end) as moved_ref_share,
        max(case when place = 1 then cur_share end) as moved_cur_share,
        coalesce(sum(ref_rows), 0) as ref_all, coalesce(max(ref_labeled), 0) as ref_labeled,
        coalesce(max(case when label = reject_label then ref_rows end), 0) as ref_hits,
        coalesce(sum(ref_scored), 0) as ref_n, max(ref_entropy) as ref_entropy,
        sum(case when ref_scored > 1 then (ref_scored - 1) * ref_variance else 0 end
            + case when ref_scored > 0 then ref_scored * ref_off * ref_off else 0 end)
            / nullif(sum(ref_scored) - 1, 0) as ref_variance,
        coalesce(sum(cur_rows), 0) as cur_all, coalesce(max(cur_labeled), 0) as cur_labeled,
        coalesce(max(case when label = reject_label then cur_rows end), 0) as cur_hits,
        coalesce(sum(cur_scored), 0) as cur_n, max(cur_entropy) as cur_entropy,
        sum(case when cur_scored > 1 then (cur_scored - 1) * cur_variance else 0 end
            + case when cur_scored > 0 then cur_scored * cur_off * cur_off else 0 end)
            / nullif(sum(cur_scored) - 1, 0) as cur_variance
    from label_moves cross join thresholds
),
label_errors as ( -- 17. rates, and the squared standard errors of the mean entropies
    select label_sums.*,
        ref_hits / nullif(ref_labeled, 0) as ref_rate, cur_hits / nullif(cur_labeled, 0) as cur_rate,
        ref_hits + cur_hits as hits, ref_labeled + cur_labeled as labeled,
        (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as rate,
        case when cur_labeled < ref_labeled then cur_labeled else ref_labeled end as fewer_labeled,
        ref_variance / nullif(ref_n, 0) as ref_error, cur_variance / nullif(cur_n, 0) as cur_error
    from label_sums
),
label_statistics as ( -- 18. the z statistic of two proportions, and the t statistic of Welch
    select label_errors.*,
        case when rate < 0.5 then hits else labeled - hits end * fewer_labeled / nullif(labeled, 0) as expected_hits,
        rarest * fewer_labeled / nullif(labeled, 0) as expected_class,
        case when rate > 0 and rate < 1 then (cur_rate - ref_rate)
            / sqrt(rate * (1 - rate) * (1 / nullif(cur_labeled, 0) + 1 / nullif(ref_labeled, 0))) end as rate_z,
        case
            when ref_variance <= 1e-18 * ref_entropy * ref_entropy and cur_variance <= 1e-18 * ref_entropy * ref_entropy
            and abs(cur_entropy - ref_entropy) <= 1e-9 * abs(ref_entropy) then null
            when ref_error + cur_error > 0 then (cur_entropy - ref_entropy) / sqrt(ref_error + cur_error)
        end as t,
        case when ref_error + cur_error > 0 then 1 / (
            ref_error / (ref_error + cur_error) * (ref_error / (ref_error + cur_error)) / nullif(ref_n - 1, 0)
            + cur_error / (ref_error + cur_error) * (cur_error / (ref_error + cur_error)) / nullif(cur_n - 1, 0)
        ) end as t_freedom
    from label_errors
),
label_parts as ( -- 19. from t to a normal deviate, by Hill: two parts of the formula
    select label_statistics.*,
        case when abs(t) < 1e100 then t * t / t_freedom end as u,
        48 * (t_freedom - 5e-1) * (t_freedom - 5e-1) as b
    from label_statistics
),
label_roots as ( -- 20. its first step
    select label_parts.*,
        abs(case when u is null then sign(t) * 1e3 else sign(t) * sqrt((t_freedom - 5e-1) * case
            when u < 1e-3 then u * (1 - u * (5e-1 - u * (1 / 3e0 - u * (2.5e-1 - u / 5))))
            else ln(1 + u)
        end) end) as root
    from label_parts
),
label_tests as ( -- 21. one row per check
    select
        place,
        case check_name when 'reject_rate_increase' then reject_label when 'class_shift' then moved
            when 'new_category' then newest
        end as class_name,
        case check_name when 'reject_rate_increase' then ref_rate when 'entropy_spike' then ref_entropy
            when 'new_category'
            then singles / nullif(ref_labeled, 0)
            else moved_ref_share end as ref_value,
        case check_name when 'reject_rate_increase' then cur_rate when 'entropy_spike' then cur_entropy
            when 'new_category'
            then unseen / nullif(cur_labeled, 0)
            else moved_cur_share end as cur_value,
        check_name, ref_all, cur_all,
        case check_name when 'entropy_spike' then ref_n else ref_labeled end as ref_n,
        case check_name when 'entropy_spike' then cur_n else cur_labeled end as cur_n,
        case check_name when 'entropy_spike' then 'complete probability vectors' else 'labeled rows' end as unit,
        case when check_name = 'entropy_spike' and min_rows < 2 then 2 else min_rows end as min_rows,
        case check_name when 'reject_rate_increase' then cur_rate - ref_rate when 'class_shift' then largest_shift
            when 'new_category' then unseen / nullif(cur_labeled, 0)
            else case when ref_entropy > 0 then cur_entropy / ref_entropy else 0 end end as effect,
        case when check_name = 'entropy_spike' and class_count > 1
            then (cur_entropy - ref_entropy) / ln(class_count) end as entropy_change,
        case when check_name = 'entropy_spike' then 2 else 1 end as sides,
        case when check_name = 'reject_rate_increase' and expected_hits >= 5 then rate_z
            when check_name = 'entropy_spike' and t_freedom >= 5 then root + root * (root * root + 3) / b
            - root * (((4 * root * root + 33) * root * root + 240) * root * root + 855)
            / (10 * b * (b + 8e-1 * root * root * root * root + 100)) end as z,
        case when check_name = 'class_shift' and expected_class >= 5
            then ref_labeled * cur_labeled * squares end as chi_square,
        cast(classes - 1 as double precision) as freedom,
        case check_name when 'reject_rate_increase' then case when rate = 1 then 1 end
            when 'class_shift' then case when classes = 1 then 1 end
            when 'new_category' then new_p_value
            else case when ref_error + cur_error = 0 and abs(cur_entropy - ref_entropy) > 1e-9 * abs(ref_entropy) then 0
            when t is null then 1 end end as known_p,
        case when counts > 2000
            then 'the label column has over a thousand different values; a label is one of a few classes'
            when check_name = 'reject_rate_increase' and rate = 0 and reject_label <> 'Mixed/Unknown'
            then 'no row of either window has the label ' || reject_label
        end as too_many,
        case when check_name = 'reject_rate_increase' and rate = 0
        then 'no row of either window has the label ' || reject_label
            || '; where the model declines to answer, name the label that says so (reject_label)'
        else 'too few rows for the closed form of the p-value: ' || case check_name
            when 'reject_rate_increase' then 'some count of the two rates is expected to be only '
            || cast(cast(floor(expected_hits) as bigint) as varchar) || '; at least 5 are needed'
            when 'entropy_spike' then 'fewer than 5 degrees of freedom'
            else 'the rarest class is expected to be there only '
            || cast(cast(floor(expected_class) as bigint) as varchar) || ' times; at least 5 are needed'
        end end as no_p_reason
    from label_roots cross join (
        select 1 as place, cast('reject_rate_increase' as varchar) as check_name union all
        select 2 as place, cast('entropy_spike' as varchar) as check_name union all
        select 3 as place, cast('class_shift' as varchar) as check_name union all
        select 4 as place, cast('new_category' as varchar) as check_name
    ) as label_checks cross join thresholds
    where check_name <> 'new_category'
        or unseen > 0 and counts <= 2000 and ref_labeled >= min_rows and cur_labeled >= min_rows
),
deviates as ( -- 22. whether there are enough rows; the normal deviate behind each chi-square statistic
    select label_tests.*,
        coalesce(too_many, case
            when ref_all = 0 and cur_all = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_all = 0 then 'the reference window holds no rows'
            when cur_all = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
        end) as few_rows,
        coalesce(z, case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end) as deviate
    from label_tests
),
fractions as ( -- 23. parts of the formulas below
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
),
tails as ( -- 24. the tail of the normal distribution: a polynomial fitted to 13 digits
    select fractions.*,
        case
            when deviate > 37 then 0 when deviate < -37 then 1
            else abs(case when deviate < 0 then 1 else 0 end - exp(- deviate * deviate / 2) * (
            7.6919304975006722e-2 + r * (-1.4345755526399723e-1 + r * (1.1606881188592039e-1 + r * (
            -8.0883877265270215e-2 + r * (4.7855352287807511e-2 + r * (-2.3413900462155954e-2 + r * (
            8.9913704916727653e-3 + r * (-2.3788446225079815e-3 + r * (2.1955119546307483e-4 + r * (
            1.3427839662330339e-4 + r * (-6.0429406495054583e-5 + r * (9.5575192080068616e-7 + r * (
            6.6489347421407176e-6 + r * (-1.2575410060939854e-6 + r * (-6.8059977212561246e-7 + r * (
            2.2573488971450943e-7 + r * (7.9326886579751188e-8 + r * (-2.4785566695247639e-8 + r *
            -9.1482994445597197e-9)))))))))))))))))))
        end as tail
    from fractions
)

-- 25. one row per check
select
    check_name,
    case when few_rows is null then class_name end as class_name,
    case when few_rows is null then ref_value end as ref_value,
    case when few_rows is null then cur_value end as cur_value,
    case when few_rows is null then effect end as effect,
    case
        when few_rows is not null then null
        when known_p is not null then known_p
        when chi_square is not null then case
            when df < 1 or x <= 0 then 1 when df <= 30 and x > 1350 then 0
            when df <= 30 then case when odd = 1 then 2 * tail else 0 end
            + case when df < 2 then 0 else exp(- x / 2)
            * case when odd = 1 then sqrt(2 * x / 3.1415926535897931e0) else 1 end * (1
            + case when df < 4 then 0 else x / (2 + odd) * (1 + case when df < 6 then 0 else x / (4 + odd) * (1
            + case when df < 8 then 0 else x / (6 + odd) * (1 + case when df < 10 then 0 else x / (8 + odd) * (1
            + case when df < 12 then 0 else x / (10 + odd) * (1 + case when df < 14 then 0 else x / (12 + odd) * (1
            + case when df < 16 then 0 else x / (14 + odd) * (1 + case when df < 18 then 0 else x / (16 + odd) * (1
            + case when df < 20 then 0 else x / (18 + odd) * (1 + case when df < 22 then 0 else x / (20 + odd) * (1
            + case when df < 24 then 0 else x / (22 + odd) * (1 + case when df < 26 then 0 else x / (24 + odd) * (1
            + case when df < 28 then 0 else x / (26 + odd) * (1 + case when df < 30 then 0 else x / (28 + odd) * (1
            ) end) end) end) end) end) end) end) end) end) end) end) end) end) end) end
            when deviate > 35 then 0
            else tail + exp(- deviate * deviate / 2) / sqrt(3.1415926535897931e0 * df) * case
            when abs(eta) < 2e-2 then -1 / 3e0 + eta / 12 - 2 * eta * eta / 135 + (-1 / 5.4e2 - eta / 288) * 2 / df
            else 1 / mu - 1 / eta + (1 / (eta * eta * eta) - 1 / (mu * mu * mu)
            - 1 / (mu * mu) - 1 / (12 * mu)) * 2 / df end
        end
        else sides * tail
    end as p_value,
    cast(ref_n as bigint) as ref_rows,
    cast(cur_n as bigint) as cur_rows,
    cast(ref_all - ref_n as bigint) as ref_left_out,
    cast(cur_all - cur_n as bigint) as cur_left_out,
    case
        when few_rows is not null then few_rows
        when known_p is null and chi_square is null and z is null then no_p_reason
    end as reason,
    case when few_rows is null then entropy_change end as entropy_change
from tails
order by place;

create or replace temp macro driftql_label_rows(
    first_table, second_table, label_column, wanted, rejected, least_rows
) as table
with
label as materialized (from driftql_label(first_table, second_table, label_column, rejected)),
vectors as materialized (from driftql_probabilities(first_table, second_table, wanted)),
finished as (
    from driftql_finished_labels(first_table, second_table, label_column, wanted, (select reject_text from label), least_rows)
)
select finished.*
from finished
cross join label
cross join vectors
where if(check_name = 'entropy_spike', len(names) > 0, is_there)
union all by name
select unnest(['reject_rate_increase', 'class_shift']) as check_name, lost as reason from label where lost is not null
union all by name
select 'entropy_spike' as check_name, lost as reason from vectors where lost is not null;

create or replace temp macro drift_labels(
    ref_table, cur_table, label := 'predicted_label', probabilities := []::varchar[],
    reject_label := 'Mixed/Unknown', min_rows := 10
) as table
from driftql_label_rows(ref_table, cur_table, label, driftql_names(probabilities), reject_label, min_rows)
union all by name
select error(sentence) as check_name
from driftql_complaints(ref_table, cur_table, label, driftql_names(probabilities), []::varchar[], []::varchar[]);

create or replace temp macro driftql_classes(first_table, second_table, label_column) as table
with
labeled_rows as ( -- 1. the label of every row
    select 0 as is_current, cast(label as varchar) as label
    from driftql_labeled(first_table, second_table, false, label_column, []::varchar[]) as reference_window
    union all
    select 1 as is_current, cast(label as varchar) as label
    from driftql_labeled(first_table, second_table, true, label_column, []::varchar[]) as current_window
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
order by coalesce(abs(cur_share - ref_share), -1) desc, label;

create or replace temp macro drift_classes(ref_table, cur_table, label := 'predicted_label') as table
from driftql_classes(ref_table, cur_table, label)
union all by name
select error(coalesce(
    sentence, lost, ref_table || ' and ' || cur_table || ' have no column ''' || label || '''; name the label with label := ...'
)) as class_name
from driftql_label(ref_table, cur_table, label, '')
left join driftql_complaints(ref_table, cur_table, label, []::varchar[], []::varchar[], []::varchar[]) on true
where sentence is not null or not is_there;

-- How many rows have a user, and a time: of the columns that both tables have.
create or replace temp macro driftql_keys(first_table, second_table, is_second, unwanted) as table
select feature, count(*) as present_rows
from (
    unpivot (
        select case when columns(*) is not null then 1 end
        from (
            select columns(lambda c: c = 'driftql_none'
                or lower(c) in ('user_id', 'bucket_start_ts') and not driftql_is_named(c, unwanted))
            from driftql_source(first_table, second_table, is_second, 'driftql_label')
        )
    ) on columns(*) into name feature value is_there
)
group by feature;

create or replace temp macro driftql_missing_keys(first_table, second_table, unwanted) as table
select
    column_name as feature,
    (select count(*) from driftql_table(first_table)) as ref_all,
    (select count(*) from driftql_table(second_table)) as cur_all,
    coalesce(ref_keys.present_rows, 0) as ref_present,
    coalesce(cur_keys.present_rows, 0) as cur_present
from driftql_columns(first_table, second_table)
left join driftql_keys(first_table, second_table, false, unwanted) as ref_keys on ref_keys.feature = column_name
left join driftql_keys(first_table, second_table, true, unwanted) as cur_keys on cur_keys.feature = column_name
where first_type is not null and second_type is not null and not driftql_is_named(column_name, unwanted)
    and case lower(column_name)
        when 'user_id' then not ends_with(first_type, ']') and not ends_with(second_type, ']')
        when 'bucket_start_ts'
        then regexp_matches(first_type, '^(TIMESTAMP|DATE|VARCHAR)') and regexp_matches(second_type, '^(TIMESTAMP|DATE|VARCHAR)')
        else false
    end;

-- The columns that one table lacks, or that are of another family of types in each.
create or replace temp macro driftql_family(type_name) as
case
    when driftql_is_number(type_name) then 'number'
    when driftql_is_list(type_name) then 'list'
    when regexp_matches(type_name, '^(VARCHAR|ENUM|UUID)') and not ends_with(type_name, ']') then 'text'
    when regexp_matches(type_name, '^(TIMESTAMP|DATE)') and not ends_with(type_name, ']') then 'time'
    else 'other'
end;

create or replace temp macro driftql_changes(first_table, second_table, label_column, unwanted) as table
select
    place,
    column_name,
    case when second_type is null then 'vanished' when first_type is null then 'added' else 'retyped' end as change,
    lower(column_name) in ('user_id', 'bucket_start_ts', 'bucket_end_ts', 'confidence', 'schema_version', lower(label_column))
        or driftql_is_list(first_type) and lower(column_name) in ('probabilities', 'probs') as has_role,
    case lower(column_name)
        when 'confidence' then not driftql_is_number(second_type)
        when 'bucket_start_ts' then not regexp_matches(second_type, '^(TIMESTAMP|DATE|VARCHAR)')
        when 'bucket_end_ts' then not regexp_matches(second_type, '^(TIMESTAMP|DATE|VARCHAR)')
        else driftql_is_list(first_type)
    end as is_misfit
from driftql_columns(first_table, second_table)
where first_table <> second_table and not driftql_is_named(column_name, unwanted)
    and (
        first_type is null or second_type is null
        or driftql_family(first_type) <> driftql_family(second_type) and '"NULL"' not in (first_type, second_type)
    );

create or replace temp macro driftql_listed(given_names) as
array_to_string(given_names[:10], ', ') || if(len(given_names) > 10, ' and ' || (len(given_names) - 10) || ' more', '');

create or replace temp macro driftql_rows(
    first_table, second_table, label_column, probability_columns, wanted, unwanted, rejected, least_rows, share_floor,
    missing_limit, is_strict
) as table
with
features as materialized (
    from driftql_feature_rows(
        first_table, second_table, label_column, probability_columns, wanted, unwanted, least_rows, share_floor, true
    )
),
labels as materialized (
    from driftql_label_rows(first_table, second_table, label_column, probability_columns, rejected, least_rows)
),
-- The rows that each check uses, and those of the windows.
used as (
    select
        'feature_psi' as check_name, feature, 'finite values' as unit,
        ref_rows, ref_rows + ref_missing + ref_non_finite as ref_all,
        cur_rows, cur_rows + cur_missing + cur_non_finite as cur_all
    from features
    union all
    select
        check_name, null, if(check_name = 'entropy_spike', 'complete probability vectors', 'labeled rows'), ref_rows,
        ref_rows + ref_left_out, cur_rows, cur_rows + cur_left_out
    from labels
),
vectors as materialized (from driftql_probabilities(first_table, second_table, probability_columns)),
-- In how many rows of each table what is missing.
counted as (
    select
        feature, unnest(['missing', 'NaN or infinite']) as what, unnest([ref_missing, ref_non_finite]) as ref_hits,
        ref_rows + ref_missing + ref_non_finite as ref_n, unnest([cur_missing, cur_non_finite]) as cur_hits,
        cur_rows + cur_missing + cur_non_finite as cur_n
    from features
    cross join vectors
    where ref_rows is not null and not list_contains(names, feature)
    union all
    select
        if(check_name = 'class_shift', label_name, case when len(names) = 1 then names[1] end),
        if(check_name = 'class_shift', 'no label', 'incomplete probabilities'),
        ref_left_out, ref_rows + ref_left_out, cur_left_out, cur_rows + cur_left_out
    from labels
    cross join vectors
    cross join (
        select min(column_name) as label_name
        from driftql_columns(first_table, second_table)
        where lower(column_name) = lower(label_column)
    )
    where check_name in ('class_shift', 'entropy_spike') and ref_rows is not null
    union all
    select feature, 'no ' || feature, ref_all - ref_present, ref_all, cur_all - cur_present, cur_all
    from driftql_missing_keys(first_table, second_table, unwanted)
),
choices as materialized (
    from driftql_choices(first_table, second_table, label_column, wanted, unwanted, probability_columns, true)
),
-- How many features and roles the second table has lost, and the columns that differ; of new ones only where is_strict.
changes as (
    select
        coalesce(sum(is_lost), 0)::double as lost,
        list(column_name order by place) filter (where change = 'vanished') as vanished,
        list(column_name order by place) filter (where change = 'retyped') as retyped,
        list(column_name order by place) filter (where change = 'added') as added
    from (
        select
            differing.*,
            if(
                change <> 'added'
                and (choices.feature is not null or has_role and (change = 'vanished' or is_misfit)),
                1, 0
            ) as is_lost
        from driftql_changes(first_table, second_table, label_column, unwanted) as differing
        left join choices
            on choices.feature = column_name and choices.check_name = 'feature_psi' and choices.reason is not null
        where (change <> 'added' or is_strict)
            and (len(wanted) = 0 or has_role or driftql_is_named(column_name, wanted))
    )
)
select
    unnest(['feature_psi', 'feature_ks']) as check_name,
    feature,
    unnest([psi, ks_statistic]) as effect,
    unnest([psi_p_value, ks_p_value]) as p_value,
    unnest([psi_reason, ks_reason]) as reason,
    null::double as entropy_change,
    null::double as total_variation
from features
union all
select check_name, null as feature, effect, p_value, reason, entropy_change, null as total_variation
from labels
union all
select
    'rows_left_out', feature, null, null,
    'the reference window has ' || ref_rows || ' ' || unit || ' in ' || ref_all
        || ' rows, the current window ' || cur_rows || ' in ' || cur_all,
    null, null
from used
where ref_rows >= least_rows and cur_rows >= least_rows
    and 1 = case
            when check_name = 'entropy_spike' then case when ref_rows < ref_all or cur_rows < cur_all then 1 else 0 end
            when check_name = 'class_shift' and (2 * ref_rows <= ref_all or 2 * cur_rows <= cur_all) then 1
            when check_name in ('class_shift', 'feature_psi')
            and ref_rows / nullif(ref_all, 0) - cur_rows / nullif(cur_all, 0) >= 1e-1 then 1 else 0
        end
union all
select check_name, feature, effect, p_value, reason, entropy_change, null::double as total_variation
from (
    with
    thresholds as ( -- 1. the thresholds
        select
            cast(least_rows as double precision) as min_rows, -- fewer rows than this are too few
            cast(missing_limit as double precision) as missing_increase -- alert: share of missing values risen by this
    ),
    missing_counts as ( -- 2. one row per column
        select 1 as place, feature, what, ref_hits::double as ref_hits, ref_n::double as ref_n,
            cur_hits::double as cur_hits, cur_n::double as cur_n
        from counted
    ),
    missing_shares as ( -- 3. the share of rows without a value, and by how much it can rise at most
        select missing_counts.*, missing_increase,
            ref_hits / ref_n as ref_share, cur_hits / cur_n as cur_share,
            ref_n - ref_hits as ref_present, cur_n - cur_hits as cur_present,
            ref_hits + cur_hits as hits, ref_n + cur_n as all_rows, ref_n + cur_n - ref_hits - cur_hits as present,
            case when ref_hits + cur_hits < cur_n then (ref_hits + cur_hits) / cur_n
                else 1 - (ref_hits + cur_hits - cur_n) / ref_n end as possible
        from missing_counts cross join thresholds
        where ref_hits + cur_hits > 0 and ref_n >= min_rows and cur_n >= min_rows
    ),
    missing_statistics as ( -- 4. the z statistic, and the probability of these counts given their sums
        select missing_shares.*,
            case when hits < present then hits else present end
                * case when ref_n < cur_n then ref_n else cur_n end / all_rows as expected,
            case when cur_hits * ref_n >= ref_hits * cur_n then 1 else 0 end as has_risen,
            case when present > 0 then (cur_share - ref_share)
                / sqrt(hits / all_rows * (1 - hits / all_rows) * (1 / cur_n + 1 / ref_n)) end as z,
            ((ref_n + 4.5e0) * ln(ref_n + 5) - ref_n - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_n + 5) * (ref_n + 5))) / (ref_n + 5)
                - ln((ref_n + 1) * (ref_n + 2) * (ref_n + 3) * (ref_n + 4)))
                + ((cur_n + 4.5e0) * ln(cur_n + 5) - cur_n - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_n + 5) * (cur_n + 5))) / (cur_n + 5)
                - ln((cur_n + 1) * (cur_n + 2) * (cur_n + 3) * (cur_n + 4)))
                + ((hits + 4.5e0) * ln(hits + 5) - hits - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((hits + 5) * (hits + 5))) / (hits + 5)
                - ln((hits + 1) * (hits + 2) * (hits + 3) * (hits + 4)))
                + ((present + 4.5e0) * ln(present + 5) - present - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((present + 5) * (present + 5))) / (present + 5)
                - ln((present + 1) * (present + 2) * (present + 3) * (present + 4)))
                - ((ref_hits + 4.5e0) * ln(ref_hits + 5) - ref_hits - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_hits + 5) * (ref_hits + 5))) / (ref_hits + 5)
                - ln((ref_hits + 1) * (ref_hits + 2) * (ref_hits + 3) * (ref_hits + 4)))
                - ((cur_hits + 4.5e0) * ln(cur_hits + 5) - cur_hits - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_hits + 5) * (cur_hits + 5))) / (cur_hits + 5)
                - ln((cur_hits + 1) * (cur_hits + 2) * (cur_hits + 3) * (cur_hits + 4)))
                - ((ref_present + 4.5e0) * ln(ref_present + 5) - ref_present - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_present + 5) * (ref_present + 5))) / (ref_present + 5)
                - ln((ref_present + 1) * (ref_present + 2) * (ref_present + 3) * (ref_present + 4)))
                - ((cur_present + 4.5e0) * ln(cur_present + 5) - cur_present - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_present + 5) * (cur_present + 5))) / (cur_present + 5)
                - ln((cur_present + 1) * (cur_present + 2) * (cur_present + 3) * (cur_present + 4)))
                - ((all_rows + 4.5e0) * ln(all_rows + 5) - all_rows - 4.0810614667953273e0
                + (8.33333333333e-2 - 2.77777777778e-3 / ((all_rows + 5) * (all_rows + 5))) / (all_rows + 5)
                - ln((all_rows + 1) * (all_rows + 2) * (all_rows + 3) * (all_rows + 4))) as log_probability
        from missing_shares
    ),
    missing_parts as ( -- 5. parts of the formulas below
        select missing_statistics.*,
            1 - 1e1 / (abs(z) + 5) as r,
            case when log_probability > -700 then exp(log_probability) else 0 end as probability,
            case has_risen when 1 then ref_hits else cur_hits end as falls_1,
            case has_risen when 1 then cur_present else ref_present end as falls_2,
            case has_risen when 1 then cur_hits else ref_hits end as rises_1,
            case has_risen when 1 then ref_present else cur_present end as rises_2
        from missing_statistics
    ),
    missing_tails as ( -- 6. the tails of the normal and of the hypergeometric distribution
        select missing_parts.*,
            case
                when z > 37 then 0 when z < -37 then 1
                else abs(case when z < 0 then 1 else 0 end - exp(- z * z / 2) * (
                7.6919304975006722e-2 + r * (-1.4345755526399723e-1 + r * (1.1606881188592039e-1 + r * (
                -8.0883877265270215e-2 + r * (4.7855352287807511e-2 + r * (-2.3413900462155954e-2 + r * (
                8.9913704916727653e-3 + r * (-2.3788446225079815e-3 + r * (2.1955119546307483e-4 + r * (
                1.3427839662330339e-4 + r * (-6.0429406495054583e-5 + r * (9.5575192080068616e-7 + r * (
                6.6489347421407176e-6 + r * (-1.2575410060939854e-6 + r * (-6.8059977212561246e-7 + r * (
                2.2573488971450943e-7 + r * (7.9326886579751188e-8 + r * (-2.4785566695247639e-8 + r *
                -9.1482994445597197e-9)))))))))))))))))))
            end as z_tail,
            probability * (1
                + (falls_1 - 0) * (falls_2 - 0) / ((rises_1 + 1) * (rises_2 + 1)) * (1
                + (falls_1 - 1) * (falls_2 - 1) / ((rises_1 + 2) * (rises_2 + 2)) * (1
                + (falls_1 - 2) * (falls_2 - 2) / ((rises_1 + 3) * (rises_2 + 3)) * (1
                + (falls_1 - 3) * (falls_2 - 3) / ((rises_1 + 4) * (rises_2 + 4)) * (1
                + (falls_1 - 4) * (falls_2 - 4) / ((rises_1 + 5) * (rises_2 + 5)) * (1
                + (falls_1 - 5) * (falls_2 - 5) / ((rises_1 + 6) * (rises_2 + 6)) * (1
                + (falls_1 - 6) * (falls_2 - 6) / ((rises_1 + 7) * (rises_2 + 7)) * (1
                + (falls_1 - 7) * (falls_2 - 7) / ((rises_1 + 8) * (rises_2 + 8)) * (1
                + (falls_1 - 8) * (falls_2 - 8) / ((rises_1 + 9) * (rises_2 + 9)) * (1
                + (falls_1 - 9) * (falls_2 - 9) / ((rises_1 + 10) * (rises_2 + 10)) * (1
                + (falls_1 - 10) * (falls_2 - 10) / ((rises_1 + 11) * (rises_2 + 11)) * (1
                + (falls_1 - 11) * (falls_2 - 11) / ((rises_1 + 12) * (rises_2 + 12)) * (1
                + (falls_1 - 12) * (falls_2 - 12) / ((rises_1 + 13) * (rises_2 + 13)) * (1
                + (falls_1 - 13) * (falls_2 - 13) / ((rises_1 + 14) * (rises_2 + 14)) * (1
                + (falls_1 - 14) * (falls_2 - 14) / ((rises_1 + 15) * (rises_2 + 15)) * (1
                + (falls_1 - 15) * (falls_2 - 15) / ((rises_1 + 16) * (rises_2 + 16)) * (1
                + (falls_1 - 16) * (falls_2 - 16) / ((rises_1 + 17) * (rises_2 + 17)) * (1
                + (falls_1 - 17) * (falls_2 - 17) / ((rises_1 + 18) * (rises_2 + 18)) * (1
                + (falls_1 - 18) * (falls_2 - 18) / ((rises_1 + 19) * (rises_2 + 19)) * (1
                + (falls_1 - 19) * (falls_2 - 19) / ((rises_1 + 20) * (rises_2 + 20)) * (1)))))))))))))))))))))
                as exact_tail
        from missing_parts
    ),
    missing_results as ( -- 7. what is known of the missing values of each column
        select
            place, what, cast('missing_increase' as varchar) as check_name, feature, cur_share - ref_share as effect,
            case
                when possible <= 0 or possible < missing_increase then null
                when expected >= 5 then z_tail
                when has_risen = 1 then case when exact_tail < 1 then exact_tail else 1 end
                else case when exact_tail > probability then 1 - exact_tail + probability else 1 end
            end as p_value,
            what || ' in ' || cast(cast(ref_hits as bigint) as varchar)
                || ' of ' || cast(cast(ref_n as bigint) as varchar)
                || ' rows of the reference and in ' || cast(cast(cur_hits as bigint) as varchar)
                || ' of ' || cast(cast(cur_n as bigint) as varchar) || ' rows of the current window' as reason,
            cast(null as double precision) as entropy_change
        from missing_tails
    )

    -- 8. the missing values
    select * from missing_results
)
union all
select
    'schema_change', null, lost, null,
    'columns ' || concat_ws('; ', 'no longer there: ' || driftql_listed(vanished), 'of another type: ' || driftql_listed(retyped),
        'new: ' || driftql_listed(added)),
    null, null
from changes
where vanished is not null or retyped is not null or added is not null
union all
select check_name, feature, null, null, reason, null, null
from choices
where check_name = 'columns_left_out';

create or replace temp macro driftql_verdict(
    first_table, second_table, label_column, probability_columns, wanted, unwanted, rejected, least_rows, share_floor,
    psi_limit, ks_limit, reject_limit, entropy_limit, increase_limit, class_limit, mix_limit, new_limit, missing_limit, alpha_level, with_evidence,
    is_strict
) as table
with
check_rows as materialized (
    from driftql_rows(
        first_table, second_table, label_column, probability_columns, wanted, unwanted, rejected, least_rows, share_floor,
        missing_limit, is_strict
    )
)
select *
from (
    with
    thresholds as ( -- 1. the thresholds
        select
            cast(psi_limit as double precision) as psi, -- alert: PSI above this
            cast(ks_limit as double precision) as ks, -- alert: KS distance of at least this
            cast(reject_limit as double precision) as reject_rate_increase, -- alert: share of rejected rows risen by this
            cast(entropy_limit as double precision) as entropy_ratio, -- alert: mean entropy above this many times the old one
            cast(increase_limit as double precision) as entropy_increase, -- or moved by this share of ln(classes)
            cast(class_limit as double precision) as class_shift, -- alert: share of a class moved by more than this
            cast(mix_limit as double precision) as category_shift, -- alert: this share of the rows changed category
            cast(new_limit as double precision) as new_category, -- alert: share of rows in new categories above this
            cast(missing_limit as double precision) as missing_increase, -- alert: share of missing values risen by this
            cast(alpha_level as double precision) as alpha -- evidence: the share of false alerts that is accepted
    ),
    ranked as ( -- 2. the checks with their thresholds, and the p-values by rank
        select
            check_name, feature, effect, p_value, reason, entropy_change, total_variation,
            alpha, entropy_increase, category_shift,
            case check_name when 'feature_psi' then thresholds.psi when 'feature_ks' then thresholds.ks
                when 'reject_rate_increase' then reject_rate_increase when 'entropy_spike' then entropy_ratio
                when 'class_shift' then class_shift when 'new_category' then thresholds.new_category
                when 'missing_increase' then missing_increase end as threshold,
            count(p_value) over () as p_values,
            row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
        from check_rows as checks cross join thresholds
    ),
    weighed as ( -- 3. the cut-off for all p-values (Benjamini and Hochberg 1995)
        select ranked.*,
            alpha * max(case when p_value <= alpha * p_rank / nullif(p_values, 0) then p_rank else 1 end) over ()
                / case when p_values > 0 then p_values else 1 end as evidence_cutoff
        from ranked
    ),
    judged as ( -- 4. an alert needs an effect beyond its threshold, and evidence: 1, 0, or NULL for not computed
        select weighed.*,
            case
                when check_name in ('columns_left_out', 'rows_left_out') then 0 when effect is null then null
                when check_name = 'schema_change' then 1
                when check_name in ('feature_ks', 'reject_rate_increase', 'missing_increase') and effect < threshold then 0
                when check_name = 'missing_increase' and effect <= 0 then 0
                when check_name in ('class_shift', 'new_category') and effect <= threshold then 0
                when check_name = 'feature_psi' and effect <= threshold
                and coalesce(total_variation, -1) <= category_shift then 0
                when check_name = 'entropy_spike' and effect <= threshold
                and coalesce(abs(entropy_change), -1) < entropy_increase then 0
                when p_value <= evidence_cutoff then 1 when p_value is not null then 0
            end as alerts
        from weighed
    ),
    flags as ( -- 5. a feature alerts once, by its PSI where that does
        select judged.*,
            case when check_name = 'feature_ks'
                and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
                else alerts end as flag
        from judged
    )

    -- 6. the verdict
    select
        check_name, feature, effect, threshold, p_value, evidence_cutoff,
        case when flag is not null then flag = 1 end as is_flagged,
        case
            when flag = 1 and check_name = 'feature_psi'
            and (effect > 2 * threshold or total_variation > 2 * category_shift) then 'critical'
            when flag = 1 and check_name = 'new_category' and effect > category_shift and effect > threshold then 'critical'
            when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
            when flag = 1 and check_name = 'missing_increase' and effect >= 5e-1 then 'critical'
            when flag = 1 and check_name = 'schema_change' and effect > 0 then 'critical'
            when flag = 1 then 'warning'
        end as severity,
        case when flag is null or effect is null or check_name in ('missing_increase', 'schema_change')
            or (check_name = 'reject_rate_increase' and effect = 0 and p_value is null) then reason end as reason,
        entropy_change, total_variation
    from flags
    order by
        case when check_name in ('columns_left_out', 'rows_left_out') then 1 else 0 end, check_name, coalesce(feature, '')
)
where with_evidence
union all
select *
from (
    with
    thresholds as ( -- 1. the thresholds
        select
            cast(psi_limit as double precision) as psi, -- alert: PSI above this
            cast(ks_limit as double precision) as ks, -- alert: KS distance of at least this
            cast(reject_limit as double precision) as reject_rate_increase, -- alert: share of rejected rows risen by this
            cast(entropy_limit as double precision) as entropy_ratio, -- alert: mean entropy above this many times the old one
            cast(increase_limit as double precision) as entropy_increase, -- or moved by this share of ln(classes)
            cast(class_limit as double precision) as class_shift, -- alert: share of a class moved by more than this
            cast(mix_limit as double precision) as category_shift, -- alert: this share of the rows changed category
            cast(new_limit as double precision) as new_category, -- alert: share of rows in new categories above this
            cast(missing_limit as double precision) as missing_increase, -- alert: share of missing values risen by this
            cast(alpha_level as double precision) as alpha -- evidence: the share of false alerts that is accepted
    ),
    ranked as ( -- 2. the checks with their thresholds, and the p-values by rank
        select
            check_name, feature, effect, p_value, reason, entropy_change, total_variation,
            alpha, entropy_increase, category_shift,
            case check_name when 'feature_psi' then thresholds.psi when 'feature_ks' then null
                when 'reject_rate_increase' then reject_rate_increase when 'entropy_spike' then entropy_ratio
                when 'class_shift' then class_shift when 'new_category' then thresholds.new_category
                when 'missing_increase' then missing_increase end as threshold,
            count(p_value) over () as p_values,
            row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
        from check_rows as checks cross join thresholds
    ),
    weighed as ( -- 3. fixed rules have no cut-off
        select ranked.*,
            cast(null as double precision) as evidence_cutoff
        from ranked
    ),
    judged as ( -- 4. an alert needs an effect beyond its threshold, or a p-value of KS below alpha: 1, 0, or NULL for not computed
        select weighed.*,
            case
                when check_name in ('columns_left_out', 'rows_left_out') then 0 when effect is null then null
                when check_name = 'schema_change' then 1
                when check_name = 'feature_ks' then case when p_value < alpha then 1 else 0 end
                when check_name in ('reject_rate_increase', 'missing_increase') and effect < threshold then 0
                when check_name = 'missing_increase' and effect <= 0 then 0
                when check_name = 'entropy_spike' and coalesce(abs(entropy_change), -1) >= entropy_increase then 1
                when check_name = 'feature_psi' and total_variation > category_shift then 1
                when check_name not in ('reject_rate_increase', 'missing_increase') and effect <= threshold then 0
                else 1
            end as alerts
        from weighed
    ),
    flags as ( -- 5. a feature alerts once, by its PSI where that does
        select judged.*,
            case when check_name = 'feature_ks'
                and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
                else alerts end as flag
        from judged
    )

    -- 6. the verdict
    select
        check_name, feature, effect, threshold, p_value, evidence_cutoff,
        case when flag is not null then flag = 1 end as is_flagged,
        case
            when flag = 1 and check_name = 'feature_psi'
            and (effect > 2 * threshold or total_variation > 2 * category_shift) then 'critical'
            when flag = 1 and check_name = 'new_category' and effect > category_shift and effect > threshold then 'critical'
            when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
            when flag = 1 and check_name = 'missing_increase' and effect >= 5e-1 then 'critical'
            when flag = 1 and check_name = 'schema_change' and effect > 0 then 'critical'
            when flag = 1 then 'warning'
        end as severity,
        case when flag is null or effect is null or check_name in ('missing_increase', 'schema_change')
            or (check_name = 'reject_rate_increase' and effect = 0 and p_value is null) then reason end as reason,
        entropy_change, total_variation
    from flags
    order by
        case when check_name in ('columns_left_out', 'rows_left_out') then 1 else 0 end, check_name, coalesce(feature, '')
)
where not with_evidence;

create or replace temp macro drift_check(
    ref_table, cur_table, label := 'predicted_label', probabilities := []::varchar[], features := []::varchar[],
    exclude := []::varchar[], reject_label := 'Mixed/Unknown', psi := 0.2, ks := 0.05,
    reject_rate_increase := 0.1, entropy_ratio := 2.0,
    entropy_increase := 0.1, class_shift := 0.15,
    category_shift := 0.15, new_category := 0.01,
    missing_increase := 0.05, schema := 'lenient', alpha := 0.05, evidence := true, min_rows := 10, psi_epsilon := 1e-4
) as table
from driftql_verdict(
    ref_table, cur_table, label, driftql_names(probabilities), driftql_names(features), driftql_names(exclude), reject_label,
    min_rows, psi_epsilon, psi, ks, reject_rate_increase, entropy_ratio, entropy_increase, class_shift, category_shift,
    new_category, missing_increase, alpha,
    evidence, schema = 'strict'
)
union all by name
select error(sentence) as check_name
from driftql_complaints(
    ref_table, cur_table, label, driftql_names(probabilities), driftql_names(features), driftql_names(exclude)
);

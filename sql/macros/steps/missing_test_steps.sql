{#
  From rows without a value to the increase of their share, and its p-value. A list of steps for driftql.query; the steps
  thresholds (min_rows, missing_increase) and missing_counts (see missing_count_steps) come before it.

  The last step, missing_results, has the columns of results_query: one row for every column of which a value is missing, where
  both windows hold min_rows rows: check_name (missing_increase), feature (NULL for probabilities in several columns), effect
  (by how much the share has risen), p_value (NULL where so few rows lack a value that even all of them in the current window
  would be no alert), reason (in how many rows what is missing), entropy_change (NULL). Beside them stand place and what.

  The test is one-sided: the pooled z test of two proportions where all four counts are expected to be 5 or more, else Fisher's
  exact one, whose error is below 1e-6 (see log_factorial and fisher_sum).
#}
{% macro missing_test_steps() %}
    {{ return(adapter.dispatch('missing_test_steps', 'driftql')()) }}
{% endmacro %}

{% macro default__missing_test_steps() %}
{%- set shares %}
    select missing_counts.*, missing_increase,
        ref_hits / ref_n as ref_share, cur_hits / cur_n as cur_share,
        ref_n - ref_hits as ref_present, cur_n - cur_hits as cur_present,
        ref_hits + cur_hits as hits, ref_n + cur_n as all_rows, ref_n + cur_n - ref_hits - cur_hits as present,
        case when ref_hits + cur_hits < cur_n then (ref_hits + cur_hits) / cur_n
            else 1 - (ref_hits + cur_hits - cur_n) / ref_n end as possible
    from missing_counts cross join thresholds
    where ref_hits + cur_hits > 0 and ref_n >= min_rows and cur_n >= min_rows
{%- endset -%}
{%- set statistics %}
    select missing_shares.*,
        case when hits < present then hits else present end
            * case when ref_n < cur_n then ref_n else cur_n end / all_rows as expected,
        case when cur_hits * ref_n >= ref_hits * cur_n then 1 else 0 end as has_risen,
        case when present > 0 then (cur_share - ref_share)
            / sqrt(hits / all_rows * (1 - hits / all_rows) * (1 / cur_n + 1 / ref_n)) end as z,
        {{ driftql.log_factorial('ref_n') }}
            + {{ driftql.log_factorial('cur_n') }}
            + {{ driftql.log_factorial('hits') }}
            + {{ driftql.log_factorial('present') }}
            - {{ driftql.log_factorial('ref_hits') }}
            - {{ driftql.log_factorial('cur_hits') }}
            - {{ driftql.log_factorial('ref_present') }}
            - {{ driftql.log_factorial('cur_present') }}
            - {{ driftql.log_factorial('all_rows') }} as log_probability
    from missing_shares
{%- endset -%}
{%- set parts %}
    select missing_statistics.*,
        1 - 1e1 / (abs(z) + 5) as r,
        {{ driftql.exp_of('log_probability') }} as probability,
        case has_risen when 1 then ref_hits else cur_hits end as falls_1,
        case has_risen when 1 then cur_present else ref_present end as falls_2,
        case has_risen when 1 then cur_hits else ref_hits end as rises_1,
        case has_risen when 1 then ref_present else cur_present end as rises_2
    from missing_statistics
{%- endset -%}
{%- set tails %}
    select missing_parts.*,
        {{ driftql.normal_tail('z', 'r') }} as z_tail,
        probability * {{ driftql.fisher_sum('falls_1', 'falls_2', 'rises_1', 'rises_2') }}
            as exact_tail
    from missing_parts
{%- endset -%}
{%- set results %}
    select
        place, what, {{ driftql.as_text("'missing_increase'") }} as check_name, feature, cur_share - ref_share as effect,
        case
            when possible <= 0 or possible < missing_increase then null
            when expected >= 5 then z_tail
            when has_risen = 1 then case when exact_tail < 1 then exact_tail else 1 end
            else case when exact_tail > probability then 1 - exact_tail + probability else 1 end
        end as p_value,
        what || ' in ' || {{ driftql.whole_text('ref_hits') }}
            || ' of ' || {{ driftql.whole_text('ref_n') }}
            || ' rows of the reference and in ' || {{ driftql.whole_text('cur_hits') }}
            || ' of ' || {{ driftql.whole_text('cur_n') }} || ' rows of the current window' as reason,
        {{ driftql.as_double('null') }} as entropy_change
    from missing_tails
{%- endset %}
    {{ return([
        ['missing_shares', 'the share of rows without a value, and by how much it can rise at most', shares, 1],
        ['missing_statistics', 'the z statistic, and the probability of these counts given their sums', statistics, 1],
        ['missing_parts', 'parts of the formulas below', parts, 1],
        ['missing_tails', 'the tails of the normal and of the hypergeometric distribution', tails, 1],
        ['missing_results', 'what is known of the missing values of each column', results, 0]
    ]) }}
{% endmacro %}

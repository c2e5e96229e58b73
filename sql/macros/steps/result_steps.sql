{#
  Every check from the rows of both windows to effect and p-value. A list of steps for driftql.query; thresholds comes before
  it.

  features   list of [quoted name, value, is_float]; may be empty
  categories list of [quoted name, reference, current]: features whose categories are compared, see
             category_test_steps; may be empty
  fractions  the quantiles that make the PSI bins
  settings   entropy_floor; with categories, category_limit

  The last step, results, has one row per check: check_name, feature (NULL for the checks of the labels), effect, p_value,
  reason, entropy_change, total_variation (of feature_psi of categories, else NULL). Rows without a label, without all
  probabilities, or without a value of a feature get one more, with the check_name rows_left_out: see rows_are_missing.
#}
{% macro result_steps(ref, cur, features, categories, fractions, label, probabilities, is_list, settings) %}
    {{ return(adapter.dispatch('result_steps', 'driftql')(ref, cur, features, categories, fractions, label, probabilities, is_list, settings)) }}
{% endmacro %}

{% macro default__result_steps(ref, cur, features, categories, fractions, label, probabilities, is_list, settings) %}
{%- set has_features = 1 if features else 0 -%}
{%- set has_labels = 1 if label != 'null' or probabilities or not features and not categories else 0 -%}
{%- set steps = [] -%}
{%- set tests %}
{%- if has_features %}
    select
        check_name, feature, unit, min_rows, ref_n, cur_n, freedom,
        {{ driftql.as_double('ref_all') }} as ref_all, {{ driftql.as_double('cur_all') }} as cur_all,
        case when check_name = 'feature_psi' then psi else ks end as effect,
        case check_name when 'feature_psi' then chi_square end as chi_square,
        case check_name when 'feature_ks' then ks_z end as ks_z,
        {{ driftql.as_double('null') }} as z, 1 as sides,
        case when check_name = 'feature_psi' and ref_minimum = ref_maximum and psi = 0
            then {{ driftql.as_double('1') }} end as known_p,
        {{ driftql.as_double('null') }} as entropy_change, {{ driftql.as_text('null') }} as too_many,
        psi_reason as no_p_reason, {{ driftql.as_double('null') }} as total_variation
    from feature_tests
    cross join (select {{ driftql.as_text("'feature_psi'") }} as check_name
        union all select {{ driftql.as_text("'feature_ks'") }} as check_name) as feature_checks
{%- endif %}
{%- if has_features and (categories or has_labels) %}
    union all
{%- endif %}
{%- if categories %}
    select
        check_name, feature, unit, min_rows, ref_n, cur_n, freedom, ref_all, cur_all,
        case when check_name = 'feature_psi' then psi else new_share end as effect,
        case check_name when 'feature_psi' then chi_square end as chi_square,
        {{ driftql.as_double('null') }} as ks_z, {{ driftql.as_double('null') }} as z, 1 as sides,
        case when check_name = 'feature_psi' then known_p else new_p_value end as known_p,
        {{ driftql.as_double('null') }} as entropy_change, too_many, psi_reason as no_p_reason,
        case check_name when 'feature_psi' then total_variation end as total_variation
    from category_tests
    cross join (select {{ driftql.as_text("'feature_psi'") }} as check_name
        union all select {{ driftql.as_text("'new_category'") }} as check_name) as category_checks
    where place_in_feature = 1
{%- endif %}
{%- if categories and has_labels %}
    union all
{%- endif %}
{%- if has_labels %}
    select
        check_name, {{ driftql.as_text('null') }} as feature, unit, min_rows, ref_n, cur_n, freedom,
        ref_all, cur_all, effect, chi_square, {{ driftql.as_double('null') }} as ks_z, z, sides, known_p, entropy_change,
        too_many, no_p_reason, {{ driftql.as_double('null') }} as total_variation
    from label_tests
{%- endif %}
{%- endset -%}
{%- set results %}
    select
        case when is_about_rows = 1 then 'rows_left_out' else tails.check_name end as check_name,
        feature, case when few_rows is null and is_about_rows = 0 then effect end as effect,
        case
            when few_rows is not null or is_about_rows = 1 then null when known_p is not null then known_p
            when chi_square is not null then {{ driftql.chi_square_tail('x', 'df', 'deviate', 'tail', 'odd', 'eta', 'mu') }}
{%- if has_features %}
            when ks_z is not null then {{ driftql.kolmogorov_tail('ks_z') }}
{%- endif %}
            else sides * tail
        end as p_value,
        case
            when few_rows is not null then few_rows
            when is_about_rows = 1
            then 'the reference window has ' || {{ driftql.whole_text('ref_n') }}
            || ' ' || unit || ' in ' || {{ driftql.whole_text('ref_all') }}
            || ' rows, the current window ' || {{ driftql.whole_text('cur_n') }} || ' in '
            || {{ driftql.whole_text('cur_all') }}
            when known_p is null and chi_square is null and ks_z is null and z is null then no_p_reason
        end as reason,
        case when few_rows is null and is_about_rows = 0 then entropy_change end as entropy_change,
        case when few_rows is null and is_about_rows = 0 then total_variation end as total_variation
    from tails
    cross join (select 0 as is_about_rows union all select 1 as is_about_rows) as kinds
    where is_about_rows = 0
        or few_rows is null and 1 = {{ driftql.rows_are_missing('tails.check_name', 'ref_n', 'ref_all', 'cur_n', 'cur_all') }}
{%- endset -%}
{#- What an analyst may change stands at the top, so the names of the columns do. -#}
{%- set mixes = driftql.category_test_steps(ref, cur, categories, settings['category_limit']) if categories else [] -%}
{%- do steps.extend(mixes[:1]) -%}
{%- if has_features -%}
{%- do steps.extend(driftql.value_steps(ref, cur, features) + driftql.gap_steps(1, fractions | length + 1)) -%}
{%- do steps.extend(driftql.bin_steps(fractions) + driftql.share_steps()) -%}
{%- do steps.extend(driftql.presence_steps(features) + driftql.feature_steps('place')) -%}
{%- endif -%}
{%- do steps.extend(mixes[1:]) -%}
{%- if has_labels -%}
{%- do steps.extend(driftql.label_steps(ref, cur, label, probabilities, is_list, settings['entropy_floor'])) -%}
{%- do steps.extend(driftql.label_test_steps(driftql.label_checks(label, probabilities), 0)) -%}
{%- endif -%}
{%- do steps.append(['tests', 'all checks together', tests, 1]) -%}
{%- do steps.extend(driftql.tail_steps('tests', 1)) -%}
{%- do steps.append(['results', 'what is known of each check, and of the rows that it leaves out', results, 0]) %}
    {{ return(steps) }}
{% endmacro %}

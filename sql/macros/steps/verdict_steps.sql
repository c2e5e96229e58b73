{#
  From p-values to alerts. A list of steps for driftql.query; thresholds comes before it. See verdict_query for the rule.

  source     what stands after `from`: one row per check, with check_name, feature, effect, p_value, reason,
             entropy_change, total_variation; the
             check_name may also be columns_left_out or rows_left_out: what the checks do not look at, which is no alert
  evidence   1, or 0 for the fixed rules
  uncounted  list of [quoted check_name, quoted feature or 'null', quoted reason]: further rows without an effect. A fourth part is
             an effect: schema_change has one, how many features and roles the current window has lost, which is an alert
             whatever its effect
  timeless   [quoted name of the time column, what stands after `from`: one row with row_count, the rows without a time, which
             are in no window]; an empty list where the windows do not go by time

  The last step, flags, has the columns of source, and threshold, evidence_cutoff and flag: 1 for an alert, 0 for none, NULL for
  not computed.
#}
{% macro verdict_steps(source, evidence, uncounted, timeless) %}
    {{ return(adapter.dispatch('verdict_steps', 'driftql')(source, evidence, uncounted, timeless)) }}
{% endmacro %}

{% macro default__verdict_steps(source, evidence, uncounted, timeless) %}
{%- set uncounted_rows %}
{%- for entry in uncounted %}
    select
        {{ driftql.as_text(entry[0]) }} as check_name, {{ driftql.as_text(entry[1]) }} as feature,
        {{ driftql.as_text(entry[2]) }} as reason, {{ driftql.as_double(entry[3] if entry | length > 3 else 'null') }} as effect
{%- if not loop.last or timeless %}
    union all
{%- endif %}
{%- endfor %}
{%- if timeless %}
    select
        {{ driftql.as_text("'rows_left_out'") }} as check_name, {{ driftql.as_text(timeless[0]) }} as feature,
        {{ driftql.whole_text('row_count') }}
            || ' rows have no time and are in neither window' as reason, {{ driftql.as_double('null') }} as effect
    from {{ timeless[1] }} as timeless_rows
    where row_count > 0
{%- endif %}
{%- endset -%}
{%- set everything %}
    select check_name, feature, effect, p_value, reason, entropy_change, total_variation from {{ source }} as checks
    union all
    select check_name, feature, effect, {{ driftql.as_double('null') }}, reason,
        {{ driftql.as_double('null') }}, {{ driftql.as_double('null') }}
    from uncounted
{%- endset -%}
{%- set has_more = uncounted or timeless -%}
{%- set ranked %}
    select
        check_name, feature, effect, p_value, reason, entropy_change, total_variation,
        alpha, entropy_increase, category_shift,
        case check_name when 'feature_psi' then thresholds.psi when 'feature_ks' then {{ 'thresholds.ks' if evidence else 'null' }}
            when 'reject_rate_increase' then reject_rate_increase when 'entropy_spike' then entropy_ratio
            when 'class_shift' then class_shift when 'new_category' then thresholds.new_category
            when 'missing_increase' then missing_increase end as threshold,
        count(p_value) over () as p_values,
        row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
    from {{ 'everything' if has_more else source }} as checks cross join thresholds
{%- endset -%}
{%- set weighed %}
    select ranked.*,
{%- if evidence %}
        alpha * max(case when p_value <= alpha * p_rank / nullif(p_values, 0) then p_rank else 1 end) over ()
            / case when p_values > 0 then p_values else 1 end as evidence_cutoff
{%- else %}
        {{ driftql.as_double('null') }} as evidence_cutoff
{%- endif %}
    from ranked
{%- endset -%}
{%- set judged %}
    select weighed.*,
        case
            when check_name in ('columns_left_out', 'rows_left_out') then 0 when effect is null then null
            when check_name = 'schema_change' then 1
{%- if evidence %}
            when check_name in ('feature_ks', 'reject_rate_increase', 'missing_increase') and effect < threshold then 0
            when check_name = 'missing_increase' and effect <= 0 then 0
            when check_name in ('class_shift', 'new_category') and effect <= threshold then 0
            when check_name = 'feature_psi' and effect <= threshold
            and coalesce(total_variation, -1) <= category_shift then 0
            when check_name = 'entropy_spike' and effect <= threshold
            and coalesce(abs(entropy_change), -1) < entropy_increase then 0
            when p_value <= evidence_cutoff then 1 when p_value is not null then 0
{%- else %}
            when check_name = 'feature_ks' then case when p_value < alpha then 1 else 0 end
            when check_name in ('reject_rate_increase', 'missing_increase') and effect < threshold then 0
            when check_name = 'missing_increase' and effect <= 0 then 0
            when check_name = 'entropy_spike' and coalesce(abs(entropy_change), -1) >= entropy_increase then 1
            when check_name = 'feature_psi' and total_variation > category_shift then 1
            when check_name not in ('reject_rate_increase', 'missing_increase') and effect <= threshold then 0
            else 1
{%- endif %}
        end as alerts
    from weighed
{%- endset -%}
{%- set cutoff = 'the cut-off for all p-values (Benjamini and Hochberg 1995)' if evidence else 'fixed rules have no cut-off' -%}
{%- set rule = 'an alert needs an effect beyond its threshold, and evidence' if evidence
    else 'an alert needs an effect beyond its threshold, or a p-value of KS below alpha' -%}
{%- set flags %}
    select judged.*,
        case when check_name = 'feature_ks'
            and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
            else alerts end as flag
    from judged
{%- endset -%}
    {{ return(([
        ['uncounted', 'what is not compared, or not looked at, and why', uncounted_rows, 0],
        ['everything', 'the checks and these', everything, 0]
    ] if has_more else []) + [
        ['ranked', 'the checks with their thresholds, and the p-values by rank', ranked, 1],
        ['weighed', cutoff, weighed, 1],
        ['judged', rule ~ ': 1, 0, or NULL for not computed', judged, 0],
        ['flags', 'a feature alerts once, by its PSI where that does', flags, 0]
    ]) }}
{% endmacro %}

{#
  The users whose own category mix is away from the reference's by more than the effect, beyond noise: users_by_class, of bins of
  categories. The columns of the result are those of users_by_class.

  user                the user's column; a list of two, reference and current, where they differ
  category            list of two: the category's text in the reference and in the current window
  categories          list of [category, everybody's reference rows]: each is a bin of its own
  others              everybody's reference rows of all other categories, which are one bin
  critical            list of [rows, chi-square], as in users_by_class
  least_rows, own_rows, own_limit, effect  as in users_by_class
#}
{% macro users_by_category(ref, cur, user, category, categories, others, effect, critical, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_category', 'driftql')(ref, cur, user, category, categories, others, effect, critical, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_category(ref, cur, user, category, categories, others, effect, critical, least_rows, own_rows, own_limit, max_users) -%}
{%- set sources, classes, total = [], [], [others] -%}
{%- for source in [ref, cur] -%}
{%- set own_user = user if user is string else user[loop.index0] -%}
{%- set value = category[loop.index0] -%}
{%- set binned %}(
        select
            {{ driftql.as_text(own_user) }} as user_id,
            case
                when {{ value }} is null then null
{%- for name, rows in categories %}
                when {{ value }} = {{ name }} then '{{ loop.index }}'
{%- endfor %}
                else '0'
            end as category_bin
        from {{ source }} as binned_rows
    )
{%- endset -%}
{%- do sources.append(binned) -%}
{%- endfor -%}
{%- do classes.append(["'0'", others]) -%}
{%- for name, rows in categories -%}
{%- do classes.append(["'" ~ loop.index ~ "'", rows]) -%}
{%- do total.append(rows) -%}
{%- endfor -%}
{{ driftql.users_by_class(sources[0], sources[1], 'user_id', 'category_bin', classes, total | sum, effect, critical, least_rows, own_rows, own_limit, max_users) }}
{%- endmacro %}

/* The policy file: reading it. Judging is in policy_judge.c. */
#include "report/policy.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "autoscaler/options.h"
#include "base/units.h"
#include "io/doc.h"
#include "run/rule.h"

static const char *const phase_names[] = { "observe", "gated", "supervised" };

const char *dry_policy_phase_name(enum dry_policy_phase phase)
{
	return phase_names[phase];
}

void dry_policy_init(struct dry_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	dry_arena_init(&policy->arena);
	policy->phase = DRY_POLICY_GATED;
	policy->max_nodes_per_group = policy->max_nodes_total = -1;
	policy->max_cost_day_usd = policy->max_cost_hour_usd = NAN;
	policy->min_on_demand_share = NAN;
	policy->cost_change = 0.02;
	policy->wait_change = 0.25;
	policy->cost_rise = 0.10;
	policy->spot_share_rise = 0.20;
	policy->parameter_change = 0.25;
	policy->parameter_count = 2;
	policy->max_size_change = 0.25;
	policy->limit_margin = 0.10;
	policy->new_instance_type = true;
}

void dry_policy_release(struct dry_policy *policy)
{
	dry_arena_release(&policy->arena);
	memset(policy, 0, sizeof(*policy));
}

enum { FIELDS_MOST = 16 };

struct reader {
	struct dry_policy *policy;
	const struct dry_doc *doc;
	struct dry_error *err;
};

/* Text of the file as a terminal may show it, not too long. */
static const char *shown(struct reader *r, const char *text)
{
	struct dry_page page = { 0 };
	const char *copy;

	dry_page_add_visible(&page, text, strnlen(text, 60));
	copy = dry_arena_text(&r->policy->arena, dry_page_string(&page));
	dry_page_release(&page);
	return copy;
}

/* Every key of the map must be known; the nearest is suggested. */
static bool check_keys(struct reader *r, const struct dry_doc_node *map, const char *const *known,
		       size_t count)
{
	const struct dry_doc_node *child;
	bool good = true;

	if (map->kind != DRY_DOC_MAP) {
		dry_doc_fail(r->doc, map, r->err, "is %s", dry_doc_kind_name(map));
		return dry_fail_expected(r->err, "a map");
	}
	for (child = map->first; child; child = child->next) {
		const char *nearest;
		size_t i = 0;

		while (i < count && strcmp(known[i], child->key))
			i++;
		if (i < count)
			continue;
		good = dry_doc_fail_key(r->doc, child, r->err, "unknown key \"%s\"", shown(r, child->key));
		nearest = dry_nearest_word(child->key, known, count);
		if (nearest)
			dry_fail_fix(r->err, "did you mean \"%s\"?", nearest);
	}
	return good;
}

static bool read_number(struct reader *r, const struct dry_doc_node *node, double min, double max,
			double *value)
{
	const char *wrong;

	if (!node)
		return true;
	wrong = node->kind == DRY_DOC_NUMBER || node->kind == DRY_DOC_TEXT ?
			dry_parse_number(node->text, node->length, value) :
			"is not a number";
	if (!wrong && (*value < min || *value > max))
		wrong = "is out of range";
	if (!wrong)
		return true;
	dry_doc_fail(r->doc, node, r->err, "%s %s", node->text ? shown(r, node->text) : dry_doc_kind_name(node), wrong);
	return dry_fail_expected(r->err, "a number from %g to %g", min, max);
}

/* "10%" or 0.1. */
static bool read_ratio(struct reader *r, const struct dry_doc_node *node, double max, double *value)
{
	if (node && node->kind == DRY_DOC_TEXT && node->length > 1 && node->text[node->length - 1] == '%') {
		double percent;

		if (!dry_parse_number(node->text, node->length - 1, &percent) && percent >= 0 &&
		    percent <= max * 100) {
			*value = percent / 100;
			return true;
		}
		dry_doc_fail(r->doc, node, r->err, "%s is not a share", shown(r, node->text));
		return dry_fail_expected(r->err, "a percentage from 0%% to %g%%", max * 100);
	}
	return read_number(r, node, 0, max, value);
}

static bool read_count(struct reader *r, const struct dry_doc_node *node, int64_t *value)
{
	double number = 0;

	if (!node)
		return true;
	if (!read_number(r, node, 0, 1e9, &number))
		return false;
	if (number != floor(number)) {
		dry_doc_fail(r->doc, node, r->err, "%s is not a whole number", shown(r, node->text));
		return dry_fail_expected(r->err, "an integer of 0 or more");
	}
	*value = (int64_t)number;
	return true;
}

static bool read_words(struct reader *r, const struct dry_doc_node *node, struct dry_policy_words *words)
{
	const struct dry_doc_node *child;
	const char **list;

	if (!node)
		return true;
	if (node->kind != DRY_DOC_LIST || !node->count) {
		dry_doc_fail(r->doc, node, r->err, "is %s",
			     node->kind == DRY_DOC_LIST ? "an empty list" : dry_doc_kind_name(node));
		return dry_fail_expected(r->err, "a list of what is allowed; leave the key out to allow all");
	}
	list = dry_arena_array(&r->policy->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		if (child->kind == DRY_DOC_LIST || child->kind == DRY_DOC_MAP)
			return dry_doc_fail(r->doc, child, r->err, "is %s, not a word",
					    dry_doc_kind_name(child));
		list[words->count++] = dry_arena_text(&r->policy->arena, child->text);
	}
	words->word = list;
	return true;
}

/* Rules are read now, so that a mistake is shown where it stands. */
static bool read_slo(struct reader *r, const struct dry_doc_node *node)
{
	struct dry_policy_words words = { 0 };
	const struct dry_doc_node *child;
	bool good = read_words(r, node, &words);

	for (child = good && node ? node->first : NULL; child; child = child->next) {
		const struct dry_where where = { r->doc->name, child->line, child->column };
		struct dry_rule rule;

		good &= dry_rule_parse(&rule, child->text, where, &r->policy->arena, r->err);
	}
	r->policy->slo_count = words.count;
	r->policy->slo = words.word;
	return good;
}

static bool read_groups(struct reader *r, const struct dry_doc_node *node)
{
	static const char *const keys[] = { "maxNodes" };
	struct dry_policy_group_limit *list;
	const struct dry_doc_node *child;
	bool good = true;

	if (!node)
		return true;
	if (node->kind != DRY_DOC_MAP)
		return check_keys(r, node, keys, 1);
	list = dry_arena_array(&r->policy->arena, node->count + 1u, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		struct dry_policy_group_limit *limit = &list[r->policy->group_count];

		limit->name = dry_arena_text(&r->policy->arena, child->key);
		limit->max_nodes = -1;
		good &= check_keys(r, child, keys, 1) &&
			read_count(r, dry_doc_find(child, "maxNodes"), &limit->max_nodes);
		r->policy->group_count++;
	}
	r->policy->group = list;
	return good;
}

/* A bound of a flag, in the flag's own unit. */
static bool read_bound(struct reader *r, const struct dry_doc_node *node,
		       const struct dry_option *option, double *value, const char **written)
{
	int64_t ms;

	*value = NAN;
	if (!node)
		return true;
	*written = node->text ? dry_arena_text(&r->policy->arena, node->text) : "";
	if (option->type != DRY_OPTION_DURATION)
		return read_number(r, node, -1e15, 1e15, value);
	if (node->text && !dry_parse_duration_ms(node->text, node->length, &ms)) {
		*value = (double)ms / 1000;
		return true;
	}
	dry_doc_fail(r->doc, node, r->err, "is not a duration");
	return dry_fail_expected(r->err, "a duration such as 10m");
}

static bool read_flag(struct reader *r, const struct dry_doc_node *node, struct dry_policy_flag *flag)
{
	static const char *const keys[] = { "min", "max" };
	const char *nearest = NULL;
	const struct dry_option *option = dry_option_find(node->key, &nearest);

	if (!option) {
		dry_doc_fail_key(r->doc, node, r->err, "\"%s\" is no flag of the Cluster Autoscaler",
				 shown(r, node->key));
		return nearest ? dry_fail_fix(r->err, "did you mean \"%s\"?", nearest) : false;
	}
	flag->name = option->name;
	flag->min = flag->max = NAN;
	if (node->kind == DRY_DOC_LIST)
		return read_words(r, node, &flag->value);
	if (!check_keys(r, node, keys, 2) ||
	    !read_bound(r, dry_doc_find(node, "min"), option, &flag->min, &flag->min_text) ||
	    !read_bound(r, dry_doc_find(node, "max"), option, &flag->max, &flag->max_text))
		return false;
	if (flag->min > flag->max)
		return dry_doc_fail(r->doc, dry_doc_find(node, "min"), r->err, "%s is above max %s",
				    flag->min_text, flag->max_text);
	return true;
}

static bool read_flags(struct reader *r, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child;
	struct dry_policy_flag *list;
	bool good = true;

	if (!node)
		return true;
	if (node->kind != DRY_DOC_MAP)
		return check_keys(r, node, NULL, 0);
	list = dry_arena_array(&r->policy->arena, node->count + 1u, sizeof(*list));
	for (child = node->first; child; child = child->next)
		good &= read_flag(r, child, &list[r->policy->flag_count++]);
	r->policy->flag = list;
	return good;
}

static bool read_bool(struct reader *r, const struct dry_doc_node *node, bool *value)
{
	if (!node)
		return true;
	if (node->kind != DRY_DOC_BOOL)
		return dry_doc_fail(r->doc, node, r->err, "is %s, not true or false",
				    dry_doc_kind_name(node));
	*value = !strcmp(node->text, "true");
	return true;
}

/* A key of limits: or review:, and the field of the policy that it sets. */
struct field {
	const char *key;
	enum { COUNT, RATIO, MONEY, FLAG, WORDS, OTHER } kind;
	size_t offset;
	double max;                     /* of a ratio */
	bool (*read)(struct reader *r, const struct dry_doc_node *node);        /* of OTHER */
};

#define AT(name) offsetof(struct dry_policy, name)

static const struct field limit_field[] = {
	{ "maxNodesPerGroup", COUNT, AT(max_nodes_per_group), 0, NULL },
	{ "maxNodesTotal", COUNT, AT(max_nodes_total), 0, NULL },
	{ "nodeGroups", OTHER, 0, 0, read_groups },
	{ "instanceFamilies", WORDS, AT(instance_families), 0, NULL },
	{ "zones", WORDS, AT(zones), 0, NULL },
	{ "regions", WORDS, AT(regions), 0, NULL },
	{ "allowedFlags", WORDS, AT(allowed_flags), 0, NULL },
	{ "expanders", WORDS, AT(expanders), 0, NULL },
	{ "flags", OTHER, 0, 0, read_flags },
	{ "maxCostDay", MONEY, AT(max_cost_day_usd), 0, NULL },
	{ "maxCostHour", MONEY, AT(max_cost_hour_usd), 0, NULL },
	{ "minOnDemandShare", RATIO, AT(min_on_demand_share), 1, NULL },
	{ "slo", OTHER, 0, 0, read_slo },
};

static const struct field review_field[] = {
	{ "costChange", RATIO, AT(cost_change), 100, NULL },
	{ "waitChange", RATIO, AT(wait_change), 100, NULL },
	{ "costRise", RATIO, AT(cost_rise), 100, NULL },
	{ "spotShareRise", RATIO, AT(spot_share_rise), 1, NULL },
	{ "parameterChange", RATIO, AT(parameter_change), 100, NULL },
	{ "parameterCount", COUNT, AT(parameter_count), 0, NULL },
	{ "maxSizeChange", RATIO, AT(max_size_change), 100, NULL },
	{ "limitMargin", RATIO, AT(limit_margin), 1, NULL },
	{ "newInstanceType", FLAG, AT(new_instance_type), 0, NULL },
};

#undef AT

static bool read_field(struct reader *r, const struct dry_doc_node *node, const struct field *field)
{
	void *place = (char *)r->policy + field->offset;

	switch (field->kind) {
	case COUNT: return read_count(r, node, place);
	case RATIO: return read_ratio(r, node, field->max, place);
	case MONEY: return read_number(r, node, 0, 1e12, place);
	case FLAG: return read_bool(r, node, place);
	case WORDS: return read_words(r, node, place);
	case OTHER: return field->read(r, node);
	}
	return false;
}

static bool read_fields(struct reader *r, const struct dry_doc_node *node, const struct field *field, size_t count)
{
	const char *key[FIELDS_MOST];
	bool good = true;

	if (!node)
		return true;
	for (size_t i = 0; i < count; i++)
		key[i] = field[i].key;
	if (!check_keys(r, node, key, count))
		return false;
	for (size_t i = 0; i < count; i++)
		good &= read_field(r, dry_doc_find(node, field[i].key), &field[i]);
	return good;
}

static bool read_phase(struct reader *r, const struct dry_doc_node *node)
{
	if (!node)
		return true;
	for (size_t i = 0; node->text && i < sizeof(phase_names) / sizeof(phase_names[0]); i++)
		if (!strcmp(node->text, phase_names[i])) {
			r->policy->phase = (enum dry_policy_phase)i;
			return true;
		}
	dry_doc_fail(r->doc, node, r->err, "\"%s\" is no phase", node->text ? shown(r, node->text) : "");
	return dry_fail_expected(r->err, "observe, gated or supervised");
}

static bool read_tags(struct reader *r, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child;
	struct dry_policy_tag *list;

	if (!node)
		return true;
	if (node->kind != DRY_DOC_MAP)
		return check_keys(r, node, NULL, 0);
	list = dry_arena_array(&r->policy->arena, node->count + 1u, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		if (child->kind == DRY_DOC_LIST || child->kind == DRY_DOC_MAP)
			return dry_doc_fail(r->doc, child, r->err, "is %s, not a text",
					    dry_doc_kind_name(child));
		list[r->policy->tag_count].key = dry_arena_text(&r->policy->arena, child->key);
		list[r->policy->tag_count++].value = dry_arena_text(&r->policy->arena, child->text);
	}
	r->policy->tag = list;
	return true;
}

static bool read_version(struct reader *r, const struct dry_doc_node *root)
{
	const struct dry_doc_node *node = dry_doc_find(root, "version");

	if (node && node->text && !strcmp(node->text, "dryscale/v1"))
		return true;
	dry_doc_fail(r->doc, node ? node : root, r->err, node ? "is not a known version" : "no version");
	return dry_fail_expected(r->err, "version: dryscale/v1");
}

bool dry_policy_read(struct dry_policy *policy, const char *path, struct dry_error *err)
{
	static const char *const keys[] = { "version", "phase", "limits", "review", "tags" };
	struct dry_doc doc;
	struct reader r = { policy, &doc, err };
	bool good;

	dry_policy_init(policy);
	good = dry_doc_read(&doc, path, NULL, err) &&
	       check_keys(&r, doc.root, keys, sizeof(keys) / sizeof(keys[0]));
	if (good) {
		good = read_version(&r, doc.root);
		good &= read_phase(&r, dry_doc_find(doc.root, "phase"));
		good &= read_fields(&r, dry_doc_find(doc.root, "limits"), limit_field,
				    sizeof(limit_field) / sizeof(limit_field[0]));
		good &= read_fields(&r, dry_doc_find(doc.root, "review"), review_field,
				    sizeof(review_field) / sizeof(review_field[0]));
		good &= read_tags(&r, dry_doc_find(doc.root, "tags"));
	}
	policy->file = dry_arena_text(&policy->arena, path);
	memcpy(policy->sha256, doc.sha256, sizeof(policy->sha256));
	dry_doc_release(&doc);
	return good;
}

/* autoscaler, expanderPriorities, sweep and objectives. */
#include <stdio.h>
#include <string.h>

#include "autoscaler/presets.h"
#include "base/units.h"
#include "fields.h"
#include "loading.h"
#include "run/metrics.h"
#include "run/pattern.h"
#include "run/rule.h"

#define LIST_MAX 10000

/* --- flags --- */

/* A scalar, or a list that becomes its comma-separated text. */
static const char *flag_text(struct load *load, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child;
	const char *text = NULL;

	if (node->kind != DRY_DOC_LIST)
		return load_is_scalar(load, node, "a value of the flag") ? dry_arena_text(load->arena, node->text)
									 : NULL;
	for (child = node->first; child; child = child->next) {
		if (!load_is_scalar(load, child, "a text"))
			return NULL;
		text = text ? dry_arena_printf(load->arena, "%s,%s", text, child->text)
			    : dry_arena_text(load->arena, child->text);
	}
	return text ? text : "";
}

/* Old names count where the release or the provider has them. */
static const struct dry_option *find_flag(const struct load *load, const char *name, const char **near, int *gone_in)
{
	const char *now = dry_preset_old_flag(name, gone_in);

	if (now && !dry_preset_has_old_flag(load->input->release, load->input->provider, *gone_in)) {
		*near = now;
		return NULL;
	}
	return dry_option_find(now ? now : name, near);
}

static void unknown_flag(struct load *load, const struct dry_doc_node *node, const char *near, int gone_in)
{
	load->failed = true;
	if (gone_in) {
		dry_doc_fail_key(load->doc, node, load->err, "was removed in 1.%d", gone_in);
		load_fix(load, "%s took its place", near);
		return;
	}
	dry_doc_fail_key(load->doc, node, load->err, "is no flag of the Cluster Autoscaler");
	if (near)
		load_fix(load, "did you mean \"%s\"?", near);
	else
		load_fix(load, "dryscale help flags lists them");
}

static void read_flag(struct load *load, const struct dry_doc_node *node, const struct dry_preset *provider)
{
	const char *near, *name = node->key, *text, *wrong;
	const struct dry_option *option;
	int gone_in = 0;

	while (*name == '-')
		name++;
	option = find_flag(load, name, &near, &gone_in);
	if (!option) {
		unknown_flag(load, node, near, gone_in);
		return;
	}
	name = option->name;
	text = flag_text(load, node);
	if (!text)
		return;
	wrong = dry_option_set(option, &load->input->config.options, text, load->arena);
	if (wrong) {
		if (*wrong == '"')      /* it names the part that is wrong */
			load_fail(load, node, "%s", wrong);
		else
			load_fail(load, node, "%s %s", node->kind == DRY_DOC_LIST ? "the list" : load_shown(load, node),
				  wrong);
		if (*option->default_text)
			load_fix(load, "the default is %s", option->default_text);
		return;
	}
	if (option->effect == DRY_OPTION_NO_EFFECT)
		dry_doc_warn(load->doc, node, load->err, "has no effect: %s", option->help);
	else if (provider && !dry_preset_accepts(provider, name, NULL))
		dry_doc_warn(load->doc, node, load->err, "cannot be set on %s; it is simulated all the same",
			     provider->name);
}

/* "v1.30.2" is 1.30 */
static const char *minor_release(struct load *load, const char *name)
{
	const char *dot, *patch;

	name += *name == 'v';
	dot = strchr(name, '.');
	patch = dot ? strchr(dot + 1, '.') : NULL;
	return patch ? dry_arena_copy(&load->temp, name, (size_t)(patch - name)) : name;
}

static const struct dry_preset *apply_preset(struct load *load, const struct dry_doc_node *node,
					     const char *from_outside, enum dry_preset_kind kind, const char **chosen)
{
	const char *near = NULL, *name = from_outside ? from_outside : node && node->text ? node->text : NULL;
	const struct dry_preset *preset;

	if (node && !load_is_scalar(load, node, "a text"))
		return NULL;
	if (!name)
		return NULL;
	preset = dry_preset_find(kind == DRY_PRESET_RELEASE ? minor_release(load, name) : name, &near);
	if (preset && preset->kind == kind) {
		dry_preset_apply(preset, &load->input->config.options);
		*chosen = preset->name;
		return preset;
	}
	if (!from_outside)
		load_fail(load, node, "%s is no %s that is known", load_shown(load, node),
			  kind == DRY_PRESET_RELEASE ? "release" : "provider");
	else
		load->failed = !dry_fail(load->err, DRY_ERROR_USAGE, DRY_NOWHERE, "\"%s\" is no %s that is known", name,
					 kind == DRY_PRESET_RELEASE ? "release" : "provider") || load->failed;
	dry_fail_expected(load->err, kind == DRY_PRESET_RELEASE ? "1.26 to 1.36"
							       : "aks, eks, gke-balanced or gke-optimize-utilization");
	return NULL;
}

static void read_flags(struct load *load, const struct dry_doc_node *node, const struct dry_load_options *options)
{
	const struct dry_doc_node *release = dry_doc_find(node, "release"), *provider = dry_doc_find(node, "provider");
	const struct dry_doc_node *child;
	const struct dry_preset *managed;
	const char *wrong;

	if (node && !load_is_map(load, node))
		return;
	apply_preset(load, release, options ? options->release : NULL, DRY_PRESET_RELEASE, &load->input->release);
	managed = apply_preset(load, provider, options ? options->provider : NULL, DRY_PRESET_PROVIDER,
			       &load->input->provider);
	for (child = node ? node->first : NULL; child; child = child->next)
		if (child != release && child != provider)
			read_flag(load, child, managed);
	wrong = dry_options_check(&load->input->config.options);
	if (wrong && node)
		load_fail(load, node, "%s", wrong);
	/* The real program takes it, and starts with the longest. */
	if (node && load->input->config.options.initial_node_group_backoff_ms >
			    load->input->config.options.max_node_group_backoff_ms)
		dry_doc_warn(load->doc, node, load->err, "initial-node-group-backoff-duration is above "
			     "max-node-group-backoff-duration");
}

/* --- expander priorities --- */

static bool read_pattern(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	const char **pattern = element;
	const char *wrong;

	(void)context;
	if (!load_text(load, node, pattern))
		return true;
	wrong = dry_pattern_check(*pattern);
	if (wrong)
		load_fail_expected(load, node, "a regular expression as Go's regexp reads it, such as \".*spot.*\"",
				   "%s %s", load_shown(load, node), wrong);
	return true;
}

static void read_priorities(struct load *load, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child;
	struct dry_expander_priority *list;
	struct load_list pattern;
	uint32_t n = 0;

	if (!load_is_map(load, node))
		return;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		int64_t priority;

		if (dry_parse_integer(child->key, strlen(child->key), &priority) || priority > INT32_MAX ||
		    priority < INT32_MIN) {
			dry_doc_fail_key(load->doc, child, load->err, "is no priority");
			dry_fail_expected(load->err, "a whole number; the highest wins");
			load->failed = true;
			continue;
		}
		list[n].priority = (int32_t)priority;
		if (load_list(load, child, sizeof(*list->pattern), read_pattern, NULL, &pattern)) {
			list[n].pattern = pattern.element;
			list[n].pattern_count = pattern.count;
		}
		n++;
	}
	load->input->config.expander_priority = list;
	load->input->config.expander_priority_count = n;
}

void load_autoscaler(struct load *load, const struct dry_doc_node *root, const struct dry_load_options *options)
{
	read_flags(load, dry_doc_find(root, "autoscaler"), options);
	read_priorities(load, dry_doc_find(root, "expanderPriorities"));
}

/* --- sweep --- */

/* A value that cannot be set is a complaint at its place. */
static void try_value(struct load *load, struct dry_config *config, const struct dry_doc_node *node,
		      const char *path, const char *value)
{
	struct dry_error err = { 0 };
	const struct dry_complaint *first = &err.complaint[0];

	if (!dry_config_set(config, load->input, path, value, &load->temp, &err) && err.count) {
		size_t skip = strlen(path) + 2;

		load_fail(load, node, "%s", strlen(first->text) > skip ? first->text + skip : first->text);
		if (first->expected)
			dry_fail_expected(load->err, "%s", first->expected);
		if (first->fix)
			load_fix(load, "%s", first->fix);
	}
	dry_error_release(&err);
}

static bool is_known_path(struct load *load, const struct dry_doc_node *node)
{
	struct dry_error err = { 0 };
	struct dry_config config;
	bool known = dry_config_get(&load->input->config, load->input, node->key, &load->temp) != NULL;

	if (known)
		return true;
	/* A path without a value at present, such as the other kinds of hazard, can still be set. */
	dry_config_copy(&config, &load->input->config, &load->temp);
	known = dry_config_set(&config, load->input, node->key, "\x01", &load->temp, &err) ||
		!strstr(err.complaint[0].text, "is no parameter");
	known = known && !strstr(err.complaint[0].text, "there is no node group") &&
		!strstr(err.complaint[0].text, "have no field");
	if (!known) {
		dry_doc_fail_key(load->doc, node, load->err, "%s", err.complaint[0].text + strlen(node->key) + 2);
		load->failed = true;
		if (err.complaint[0].fix)
			load_fix(load, "%s", err.complaint[0].fix);
	}
	dry_error_release(&err);
	return known;
}

static void read_parameters(struct load *load, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child, *item;
	struct dry_sweep_parameter *list;
	struct dry_config config;
	uint32_t n = 0;

	if (!load_is_map(load, node))
		return;
	dry_config_copy(&config, &load->input->config, &load->temp);
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		const char **value;

		if (!is_known_path(load, child) || !load_is_list(load, child))
			continue;
		if (!child->count || child->count > LIST_MAX) {
			load_fail_expected(load, child, "a list of 1 to 10000 values",
					   child->count ? "is too long" : "is empty");
			continue;
		}
		value = dry_arena_array(load->arena, child->count, sizeof(*value));
		for (item = child->first; item; item = item->next)
			if (load_text(load, item, &value[item->index]))
				try_value(load, &config, item, child->key, value[item->index]);
		list[n++] = (struct dry_sweep_parameter){ dry_arena_text(load->arena, child->key), child->count,
							  value };
	}
	load->input->parameter = list;
	load->input->parameter_count = n;
}

static bool read_limit(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	struct dry_error err = { 0 };
	const char **limit = element;
	struct dry_rule rule;

	(void)context;
	if (load_text(load, node, limit) && !dry_rule_parse(&rule, *limit, DRY_NOWHERE, &load->temp, &err) &&
	    err.count) {
		load_fail(load, node, "%s", err.complaint[0].text);
		if (err.complaint[0].fix)
			load_fix(load, "%s", err.complaint[0].fix);
	}
	dry_error_release(&err);
	return true;
}

static void read_sweep(struct load *load, const struct dry_doc_node *node)
{
	static const char *const known[] = { "parameters", "replications", "method", "race", "alpha", "precision",
					     "nMax", "limits", NULL };
	static const char *const method[] = { "grid", "random", "latin-hypercube", "sobol", "racing",
					      "successive-halving", "nsga2", "lhs", "halving", NULL };
	static const char *const name[] = { "grid", "random", "lhs", "sobol", "racing", "halving", "nsga2", "lhs",
					    "halving" };
	struct dry_sweep_section *sweep = &load->input->sweep;
	struct load_list limit;
	int64_t count;
	uint32_t index;

	if (!node || !load_map(load, node, known))
		return;
	read_parameters(load, dry_doc_find(node, "parameters"));
	if (load_integer(load, dry_doc_find(node, "replications"), 1, 100000, &count))
		load->input->replications = (uint32_t)count;
	if (load_integer(load, dry_doc_find(node, "nMax"), 1, 100000, &count))
		sweep->replications_max = (uint32_t)count;
	if (dry_doc_find(node, "method") && load_word(load, dry_doc_find(node, "method"), method, &index))
		sweep->method = name[index];
	load_bool(load, dry_doc_find(node, "race"), &sweep->race);
	if (dry_doc_find(node, "alpha"))
		load_number(load, dry_doc_find(node, "alpha"), 1e-6, 0.5, &sweep->alpha);
	if (dry_doc_find(node, "precision"))
		load_number(load, dry_doc_find(node, "precision"), 0, 1, &sweep->precision);
	if (load_list(load, dry_doc_find(node, "limits"), sizeof(*sweep->limit), read_limit, NULL, &limit)) {
		sweep->limit = limit.element;
		sweep->limit_count = limit.count;
	}
}

static bool read_objective(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	const char **objective = element;
	const char *near = NULL;

	(void)context;
	if (!load_text(load, node, objective) || dry_metric_find(*objective, &near) != DRY_METRIC_COUNT)
		return true;
	load_fail(load, node, "%s is no metric", load_shown(load, node));
	if (near)
		load_fix(load, "did you mean \"%s\"?", near);
	else
		load_fix(load, "dryscale help metrics lists them");
	return true;
}

static void read_objectives(struct load *load, const struct dry_doc_node *node)
{
	static const char *const usual[] = { "cost_day", "p95_wait" };
	struct load_list list;

	load->input->objective = usual;
	load->input->objective_count = 2;
	if (!load_list(load, node, sizeof(*load->input->objective), read_objective, NULL, &list) || !node)
		return;
	if (!list.count) {
		load_fail_expected(load, node, "at least one metric, such as cost_day", "is empty");
		return;
	}
	load->input->objective = list.element;
	load->input->objective_count = list.count;
}

void load_sweep(struct load *load, const struct dry_doc_node *root)
{
	load->input->replications = 1;
	load->input->sweep.alpha = 0.05;
	read_objectives(load, dry_doc_find(root, "objectives"));
	read_sweep(load, dry_doc_find(root, "sweep"));
}

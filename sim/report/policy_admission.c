/*
 * Hard limits for the API server: a ValidatingAdmissionPolicy (v1, Kubernetes
 * 1.30 and later) and its binding, one pair for the autoscaler's Deployment and
 * one for Cluster API's size annotations. What an admission policy cannot see
 * (cost, waits, zones behind a group's name) is left to "dryscale check".
 */
#include <math.h>
#include <string.h>

#include "autoscaler/options.h"
#include "report/json.h"
#include "report/policy.h"

struct rules {
	const struct dry_policy *policy;
	struct dry_page *page;
	struct dry_arena arena;
	uint32_t count;
};

/* A text inside a CEL literal in single quotes. */
static const char *cel_text(struct rules *r, const char *text)
{
	struct dry_page page = { 0 };
	const char *copy;

	dry_page_add_char(&page, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			dry_page_add_char(&page, '\\');
		dry_page_add_char(&page, *text);
	}
	dry_page_add_char(&page, '\'');
	copy = dry_arena_text(&r->arena, dry_page_string(&page));
	dry_page_release(&page);
	return copy;
}

static void add_rule(struct rules *r, const char *expression, const char *message)
{
	dry_page_add(r->page, "  - expression: ");
	dry_json_quote(r->page, expression, strlen(expression));
	dry_page_add(r->page, "\n    message: ");
	dry_json_quote(r->page, message, strlen(message));
	dry_page_add(r->page, "\n    reason: Invalid\n");
	r->count++;
}

/* Every item of command and args of every container that is this flag passes the test of v. */
static void add_flag_rule(struct rules *r, const char *flag, const char *test, const char *message)
{
	/* The two-item and one-dash forms would slip by: they are refused. */
	const char *item = dry_arena_printf(
		&r->arena,
		"f != '--%s' && f != '-%s' && !f.startsWith('-%s=') && (!f.startsWith('--%s=') || (%s))", flag,
		flag, flag, flag, test);

	add_rule(r,
		 dry_arena_printf(&r->arena,
				  "object.spec.template.spec.containers.all(c, "
				  "(has(c.command) ? c.command : []).all(f, %s) && "
				  "(has(c.args) ? c.args : []).all(f, %s))",
				  item, item),
		 message);
}

static const char *list_test(struct rules *r, const char *value, const struct dry_policy_words *words)
{
	const char *list = "";

	for (uint32_t i = 0; i < words->count; i++)
		list = dry_arena_printf(&r->arena, "%s%s%s", list, i ? ", " : "",
					cel_text(r, words->word[i]));
	return dry_arena_printf(&r->arena, "%s in [%s]", value, list);
}

static const char *bound_test(struct rules *r, const struct dry_option *option, const char *operator,
			      const char *bound)
{
	const char *value = "f.substring(f.indexOf('=') + 1)";

	switch (option->type) {
	case DRY_OPTION_DURATION:
		return dry_arena_printf(&r->arena, "duration(%s) %s duration(%s)", value, operator,
					cel_text(r, bound));
	case DRY_OPTION_INTEGER:
	case DRY_OPTION_SECONDS:
		return dry_arena_printf(&r->arena, "int(%s) %s %s", value, operator, bound);
	default:
		return dry_arena_printf(&r->arena, "double(%s) %s double(%s)", value, operator,
					cel_text(r, bound));
	}
}

static void add_flags(struct rules *r)
{
	for (uint32_t i = 0; i < r->policy->flag_count; i++) {
		const struct dry_policy_flag *flag = &r->policy->flag[i];
		const struct dry_option *option = dry_option_find(flag->name, NULL);

		if (flag->value.count)
			add_flag_rule(r, flag->name,
				      list_test(r, "f.substring(f.indexOf('=') + 1)", &flag->value),
				      dry_arena_printf(&r->arena, "%s: value not allowed", flag->name));
		if (!isnan(flag->min))
			add_flag_rule(r, flag->name, bound_test(r, option, ">=", flag->min_text),
				      dry_arena_printf(&r->arena, "%s below %s", flag->name, flag->min_text));
		if (!isnan(flag->max))
			add_flag_rule(r, flag->name, bound_test(r, option, "<=", flag->max_text),
				      dry_arena_printf(&r->arena, "%s above %s", flag->name, flag->max_text));
	}
}

static void add_deployment_rules(struct rules *r)
{
	const struct dry_policy *p = r->policy;

	if (p->max_nodes_total >= 0)
		add_flag_rule(r, "max-nodes-total",
			      dry_arena_printf(&r->arena,
					       "int(f.substring(f.indexOf('=') + 1)) <= %lld && "
					       "int(f.substring(f.indexOf('=') + 1)) > 0",
					       (long long)p->max_nodes_total),
			      dry_arena_printf(&r->arena, "max-nodes-total above %lld",
					       (long long)p->max_nodes_total));
	if (p->max_nodes_per_group >= 0)
		add_flag_rule(r, "nodes",
			      dry_arena_printf(&r->arena, "int(f.split(':')[1]) <= %lld",
					       (long long)p->max_nodes_per_group),
			      dry_arena_printf(&r->arena, "a node group's maximum above %lld",
					       (long long)p->max_nodes_per_group));
	for (uint32_t i = 0; i < p->group_count; i++)
		add_flag_rule(r, "nodes",
			      dry_arena_printf(&r->arena, "!f.endsWith(%s) || int(f.split(':')[1]) <= %lld",
					       cel_text(r, dry_arena_printf(&r->arena, ":%s",
									    p->group[i].name)),
					       (long long)p->group[i].max_nodes),
			      dry_arena_printf(&r->arena, "node group %s above %lld", p->group[i].name,
					       (long long)p->group[i].max_nodes));
	if (p->expanders.count)
		add_flag_rule(r, "expander",
			      dry_arena_printf(&r->arena, "f.substring(11).split(',').all(e, %s)",
					       list_test(r, "e", &p->expanders)),
			      "expander not approved");
	add_flags(r);
}

static void add_head(struct dry_page *page, const char *name, const char *group, const char *version,
		     const char *resource)
{
	dry_page_printf(page,
			"apiVersion: admissionregistration.k8s.io/v1\n"
			"kind: ValidatingAdmissionPolicy\n"
			"metadata:\n  name: %s\n"
			"spec:\n  failurePolicy: Fail\n  matchConstraints:\n    resourceRules:\n"
			"    - apiGroups: [\"%s\"]\n      apiVersions: [\"%s\"]\n"
			"      operations: [\"CREATE\", \"UPDATE\"]\n      resources: [%s]\n",
			name, group, version, resource);
}

static void add_binding(struct dry_page *page, const char *name)
{
	dry_page_printf(page,
			"---\napiVersion: admissionregistration.k8s.io/v1\n"
			"kind: ValidatingAdmissionPolicyBinding\nmetadata:\n  name: %s\n"
			"spec:\n  policyName: %s\n  validationActions: [Deny, Audit]\n",
			name, name);
}

static void add_annotation_rules(struct rules *r)
{
	static const char annotation[] = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size";

	add_rule(r,
		 dry_arena_printf(&r->arena,
				  "!has(object.metadata.annotations) || !('%s' in object.metadata.annotations) || "
				  "int(object.metadata.annotations['%s']) <= %lld",
				  annotation, annotation, (long long)r->policy->max_nodes_per_group),
		 dry_arena_printf(&r->arena, "a node group's maximum above %lld",
				  (long long)r->policy->max_nodes_per_group));
}

bool dry_policy_admission(const struct dry_policy *policy, struct dry_page *page, struct dry_error *err)
{
	struct dry_page rules_page = { 0 };
	struct rules r = { .policy = policy, .page = &rules_page };
	bool any;

	dry_arena_init(&r.arena);
	add_deployment_rules(&r);
	any = r.count > 0;
	if (any) {
		add_head(page, "dryscale-limits", "apps", "v1", "\"deployments\"");
		dry_page_add(page, "  matchConditions:\n  - name: only-the-autoscaler\n"
				   "    expression: \"object.metadata.name.contains('cluster-autoscaler')\"\n"
				   "  validations:\n");
		dry_page_add(page, dry_page_string(&rules_page));
		add_binding(page, "dryscale-limits");
	}
	if (policy->max_nodes_per_group >= 0) {
		dry_page_clear(&rules_page);
		add_annotation_rules(&r);
		dry_page_add(page, "---\n");
		add_head(page, "dryscale-size-limits", "cluster.x-k8s.io", "*",
			 "\"machinedeployments\", \"machinesets\", \"machinepools\"");
		dry_page_add(page, "  validations:\n");
		dry_page_add(page, dry_page_string(&rules_page));
		add_binding(page, "dryscale-size-limits");
	}
	dry_arena_release(&r.arena);
	dry_page_release(&rules_page);
	if (any)
		return true;
	dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "the policy holds no limit that an API server can see");
	return dry_fail_expected(err, "maxNodesTotal, maxNodesPerGroup, nodeGroups, expanders or flags");
}

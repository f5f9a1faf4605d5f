#include "report/governance.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/csv.h"
#include "report/table.h"

static const char *text_of(const cJSON *record, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(record, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

static uint64_t number_of(const cJSON *record, const char *key, uint64_t missing)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(record, key);

	return cJSON_IsNumber(item) && item->valuedouble >= 0 ? (uint64_t)item->valuedouble : missing;
}

/* ---- replaying a log */

static struct dry_proposal *proposal_of(struct dry_governance *governance, uint64_t seq)
{
	for (uint32_t i = 0; i < governance->count; i++)
		if (governance->proposal[i].seq == seq)
			return &governance->proposal[i];
	return NULL;
}

/* One person counts once, and the proposer not at all. */
static bool approved_before(const struct dry_audit_log *log, uint64_t until, uint64_t ref, const char *actor)
{
	for (uint64_t i = 0; i < until; i++)
		if (!strcmp(text_of(log->record[i], "action"), "approve") &&
		    number_of(log->record[i], "ref", UINT64_MAX) == ref &&
		    !strcmp(text_of(log->record[i], "actor"), actor))
			return true;
	return false;
}

static void read_record(const struct dry_audit_log *log, uint64_t index, struct dry_governance *governance)
{
	const cJSON *record = log->record[index];
	const char *action = text_of(record, "action"), *actor = text_of(record, "actor");
	uint64_t ref = number_of(record, "ref", UINT64_MAX);
	struct dry_proposal *about = proposal_of(governance, ref);

	if (!strcmp(action, "propose")) {
		governance->proposal[governance->count++] = (struct dry_proposal){
			.seq = index,
			.record = record,
			.actor = actor,
			.time = text_of(record, "time"),
			.target = text_of(record, "target"),
			.reviewers = (uint32_t)number_of(record, "reviewers", 1),
		};
		return;
	}
	if (!about)
		return;
	if (!strcmp(action, "approve") && strcmp(actor, about->actor) != 0 &&
	    !approved_before(log, index, ref, actor))
		about->approvals++;
	else if (!strcmp(action, "reject") && !dry_proposal_is_approved(about))
		about->rejected = true;
	else if (!strcmp(action, "rollback"))
		about->rolled_back = true;
}

void dry_governance_read(const struct dry_audit_log *log, struct dry_arena *arena,
			 struct dry_governance *governance)
{
	governance->count = 0;
	governance->proposal = dry_arena_array(arena, log->count + 1, sizeof(*governance->proposal));
	for (uint64_t i = 0; i < log->count; i++)
		read_record(log, i, governance);
}

const struct dry_proposal *dry_governance_find(const struct dry_governance *governance, uint64_t seq)
{
	for (uint32_t i = governance->count; i > 0; i--) {
		const struct dry_proposal *proposal = &governance->proposal[i - 1];

		if (seq == UINT64_MAX ? !proposal->rejected && !dry_proposal_is_approved(proposal) :
					proposal->seq == seq)
			return proposal;
	}
	return NULL;
}

const struct dry_proposal *dry_governance_last_approved(const struct dry_governance *governance)
{
	for (uint32_t i = governance->count; i > 0; i--) {
		const struct dry_proposal *proposal = &governance->proposal[i - 1];

		if (dry_proposal_is_approved(proposal) && !proposal->rolled_back)
			return proposal;
	}
	return NULL;
}

void dry_proposal_changes(const struct dry_proposal *proposal, struct dry_arena *arena,
			  struct dry_change_set *changes)
{
	const cJSON *before = cJSON_GetObjectItemCaseSensitive(proposal->record, "before");
	const cJSON *after = cJSON_GetObjectItemCaseSensitive(proposal->record, "after"), *item;

	changes->count = 0;
	changes->change = dry_arena_array(arena, (size_t)cJSON_GetArraySize(after) + 1,
					  sizeof(*changes->change));
	cJSON_ArrayForEach(item, after)
	{
		struct dry_change *change = &changes->change[changes->count];
		const cJSON *from = cJSON_GetObjectItemCaseSensitive(before, item->string);

		if (!cJSON_IsString(item))
			continue;
		memset(change, 0, sizeof(*change));
		dry_change_classify(dry_arena_text(arena, item->string), arena, change);
		change->to = dry_arena_text(arena, item->valuestring);
		change->from = cJSON_IsString(from) ? dry_arena_text(arena, from->valuestring) : NULL;
		changes->count++;
	}
	dry_changes_sort(changes);
}

static void put(struct dry_change_set *state, const struct dry_change *change)
{
	for (uint32_t i = 0; i < state->count; i++)
		if (!strcmp(state->change[i].path, change->path)) {
			state->change[i].to = change->to;
			return;
		}
	state->change[state->count++] = *change;
}

/* What was rolled back and is not set otherwise holds its value from before. */
static void put_back(const struct dry_proposal *proposal, struct dry_arena *arena, struct dry_change_set *state)
{
	struct dry_change_set changes, inverse;

	if (!proposal->rolled_back)
		return;
	dry_proposal_changes(proposal, arena, &changes);
	dry_changes_invert(&changes, arena, &inverse, NULL);
	for (uint32_t k = 0; k < inverse.count; k++) {
		bool known = false;

		for (uint32_t i = 0; i < state->count && !known; i++)
			known = !strcmp(state->change[i].path, inverse.change[k].path);
		if (!known)
			state->change[state->count++] = inverse.change[k];
	}
}

void dry_governance_state(const struct dry_governance *governance, struct dry_arena *arena,
			  struct dry_change_set *state)
{
	size_t room = 1;

	for (uint32_t i = 0; i < governance->count; i++)
		room += (size_t)cJSON_GetArraySize(
			cJSON_GetObjectItemCaseSensitive(governance->proposal[i].record, "after"));
	state->count = 0;
	state->change = dry_arena_array(arena, room, sizeof(*state->change));
	for (uint32_t i = 0; i < governance->count; i++) {
		const struct dry_proposal *proposal = &governance->proposal[i];
		struct dry_change_set changes;

		if (!dry_proposal_is_approved(proposal) || proposal->rolled_back)
			continue;
		dry_proposal_changes(proposal, arena, &changes);
		for (uint32_t k = 0; k < changes.count; k++)
			put(state, &changes.change[k]);
	}
	for (uint32_t i = 0; i < governance->count; i++)
		put_back(&governance->proposal[i], arena, state);
	dry_changes_sort(state);
}

/* ---- making records */

cJSON *dry_record_about(const char *action, const struct dry_actor *actor, const uint64_t *ref)
{
	cJSON *record = cJSON_CreateObject();

	cJSON_AddStringToObject(record, "time", actor->time);
	cJSON_AddStringToObject(record, "actor", actor->name);
	cJSON_AddStringToObject(record, "action", action);
	if (actor->reason)
		cJSON_AddStringToObject(record, "reason", actor->reason);
	if (ref)
		cJSON_AddNumberToObject(record, "ref", (double)*ref);
	return record;
}

void dry_record_add_changes(cJSON *record, const struct dry_change_set *changes)
{
	cJSON *before = cJSON_AddObjectToObject(record, "before");
	cJSON *after = cJSON_AddObjectToObject(record, "after");

	for (uint32_t i = 0; i < changes->count; i++) {
		const struct dry_change *change = &changes->change[i];

		if (change->from)
			cJSON_AddStringToObject(before, change->path, change->from);
		cJSON_AddStringToObject(after, change->path, change->to);
	}
}

/* Fractions go in as text: the chain's numbers are whole ones. */
static void add_fraction(cJSON *object, const char *key, double value)
{
	char text[40];

	if (isnan(value))
		return;
	snprintf(text, sizeof(text), "%.15g", value);
	cJSON_AddStringToObject(object, key, text);
}

static void add_effect(cJSON *record, const struct dry_recommendation *r)
{
	const struct dry_sweep_result *result = r->request.result;
	cJSON *effect = cJSON_AddObjectToObject(record, "effect");

	for (uint32_t o = 0; o < result->objective_count; o++) {
		enum dry_metric_id id = result->objective[o];
		cJSON *entry = cJSON_AddObjectToObject(effect, dry_metric_table[id].key);

		if (result->baseline.has_metrics)
			add_fraction(entry, "base", result->baseline.metric[id]);
		add_fraction(entry, "expected", r->point->metric[id]);
		if (r->point->interval) {
			add_fraction(entry, "low", r->point->interval[id].low);
			add_fraction(entry, "high", r->point->interval[id].high);
		}
	}
}

static void add_evidence(cJSON *record, const struct dry_recommendation *r)
{
	const struct dry_sweep_result *result = r->request.result;
	cJSON *evidence = cJSON_AddObjectToObject(record, "evidence");
	char seed[24];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)result->seed);
	cJSON_AddStringToObject(evidence, "scenarioHash", result->scenario_sha256);
	cJSON_AddStringToObject(evidence, "traceHash", result->trace_sha256);
	cJSON_AddStringToObject(evidence, "resultHash", r->request.result_sha256);
	if (r->request.policy)
		cJSON_AddStringToObject(evidence, "policyHash", r->request.policy->sha256);
	cJSON_AddStringToObject(evidence, "engine", result->version);
	cJSON_AddStringToObject(evidence, "seed", seed);
	cJSON_AddNumberToObject(evidence, "replications", result->replications);
	cJSON_AddNumberToObject(evidence, "point", (double)r->point->index);
}

cJSON *dry_record_propose(const struct dry_recommendation *r, const struct dry_actor *actor)
{
	const struct dry_policy *policy = r->request.policy;
	cJSON *record = dry_record_about("propose", actor, NULL);
	cJSON *reasons = cJSON_AddArrayToObject(record, "reasoning"), *risk;

	cJSON_AddStringToObject(record, "target", r->request.result->scenario);
	dry_record_add_changes(record, &r->changes);
	for (uint32_t i = 0; i < r->reason_count; i++)
		cJSON_AddItemToArray(reasons, cJSON_CreateString(r->reason[i]));
	add_evidence(record, r);
	add_effect(record, r);
	risk = cJSON_AddObjectToObject(record, "risk");
	add_fraction(risk, "interruptions", r->point->metric[DRY_METRIC_INTERRUPTIONS]);
	add_fraction(risk, "evictionsInterruption", r->point->metric[DRY_METRIC_EVICTIONS_INTERRUPTION]);
	cJSON_AddStringToObject(record, "phase", dry_policy_phase_name(policy ? policy->phase : DRY_POLICY_GATED));
	cJSON_AddNumberToObject(record, "reviewers", policy ? r->verdict.reviewers : 1);
	if (policy && policy->tag_count) {
		cJSON *tags = cJSON_AddObjectToObject(record, "tags");

		for (uint32_t i = 0; i < policy->tag_count; i++)
			cJSON_AddStringToObject(tags, policy->tag[i].key, policy->tag[i].value);
	}
	return record;
}

/* ---- showing a log */

/* "scale-down-unneeded-time 10m -> 5m, ..." */
static void add_what(const cJSON *record, struct dry_page *page)
{
	const cJSON *before = cJSON_GetObjectItemCaseSensitive(record, "before");
	const cJSON *after = cJSON_GetObjectItemCaseSensitive(record, "after"), *item;
	const char *reason = text_of(record, "reason");
	bool first = true;

	cJSON_ArrayForEach(item, after)
	{
		const cJSON *from = cJSON_GetObjectItemCaseSensitive(before, item->string);

		dry_page_printf(page, "%s%s %s -> %s", first ? "" : ", ", item->string,
				cJSON_IsString(from) ? from->valuestring : "not set",
				cJSON_IsString(item) ? item->valuestring : "?");
		first = false;
	}
	if (*reason)
		dry_page_printf(page, "%s%s", first ? "" : "; ", reason);
}

static void ref_text(const cJSON *record, char *buffer, size_t size)
{
	uint64_t ref = number_of(record, "ref", UINT64_MAX);

	if (ref == UINT64_MAX)
		buffer[0] = '\0';
	else
		snprintf(buffer, size, "%llu", (unsigned long long)ref);
}

void dry_audit_show(const struct dry_audit_log *log, struct dry_page *page, bool markdown)
{
	struct dry_table table;
	char ref[24];

	dry_table_init(&table, "rlllrl");
	dry_table_cell(&table, "seq");
	dry_table_cell(&table, "time");
	dry_table_cell(&table, "actor");
	dry_table_cell(&table, "action");
	dry_table_cell(&table, "ref");
	dry_table_cell(&table, "what");
	for (uint64_t i = 0; i < log->count; i++) {
		struct dry_page what = { 0 };

		ref_text(log->record[i], ref, sizeof(ref));
		add_what(log->record[i], &what);
		dry_table_cellf(&table, "%llu", (unsigned long long)i);
		dry_table_cell(&table, text_of(log->record[i], "time"));
		dry_table_cell(&table, text_of(log->record[i], "actor"));
		dry_table_cell(&table, text_of(log->record[i], "action"));
		dry_table_cell(&table, ref);
		dry_table_cell(&table, dry_page_string(&what));
		dry_page_release(&what);
	}
	dry_table_finish(&table, page, markdown, 0);
}

void dry_audit_csv(const struct dry_audit_log *log, struct dry_page *page)
{
	static const char *const head[] = { "seq", "time", "actor", "action", "ref", "target", "what", "hash" };
	struct dry_csv csv;
	char ref[24];

	dry_csv_init(&csv, page);
	dry_csv_texts(&csv, head, sizeof(head) / sizeof(head[0]));
	dry_csv_end_row(&csv);
	for (uint64_t i = 0; i < log->count; i++) {
		struct dry_page what = { 0 };

		ref_text(log->record[i], ref, sizeof(ref));
		add_what(log->record[i], &what);
		dry_csv_integer(&csv, (int64_t)i);
		dry_csv_text(&csv, text_of(log->record[i], "time"));
		dry_csv_text(&csv, text_of(log->record[i], "actor"));
		dry_csv_text(&csv, text_of(log->record[i], "action"));
		dry_csv_text(&csv, ref);
		dry_csv_text(&csv, text_of(log->record[i], "target"));
		dry_csv_text(&csv, dry_page_string(&what));
		dry_csv_text(&csv, text_of(log->record[i], "hash"));
		dry_csv_end_row(&csv);
		dry_page_release(&what);
	}
}

/*
 * Azure's retail prices (https://prices.azure.com): Linux machines by the hour,
 * one price a region. Spot rows are those whose SKU ends in " Spot"; Low
 * Priority, Windows, reservations and Dev/Test are other goods.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/prices.h"

static const char *const lists[] = { "Items", NULL };

int dry_azure_prices_detect(const char *start, size_t length, const char *path)
{
	const size_t near = length < START_NEAR ? length : START_NEAR;

	(void)path;
	return start_has(start, near, "armSkuName") || start_has(start, near, "\"BillingCurrency\"") ? 95 : 0;
}

static bool ends_in(const char *text, size_t length, const char *end)
{
	const size_t end_length = strlen(end);

	return length >= end_length && !memcmp(text + length - end_length, end, end_length);
}

/* NULL, or why the row is not wanted. */
static const char *why_not(const struct dry_import_job *job, const struct dry_tree *tree, uint32_t item)
{
	const bool on_demand = job->request->market && !strcmp(job->request->market, "on-demand");
	const uint32_t region = dry_tree_find(tree, item, "armRegionName");
	const uint32_t type = dry_tree_find(tree, item, "type");
	const uint32_t service = dry_tree_find(tree, item, "serviceName");
	size_t sku_length, product_length;
	const char *const sku = dry_tree_text(tree, dry_tree_find(tree, item, "skuName"), &sku_length);
	const char *const product = dry_tree_text(tree, dry_tree_find(tree, item, "productName"),
						  &product_length);

	if (service && !dry_tree_is(tree, service, "Virtual Machines"))
		return "is no virtual machine";
	if (type && !dry_tree_is(tree, type, "Consumption"))
		return "is no price by the hour (reservation or Dev/Test)";
	if (product && memmem(product, product_length, "Windows", 7))
		return "is a Windows machine";
	if (product && memmem(product, product_length, "CloudServices", 13))
		return "is a cloud service";
	if (!dry_tree_is(tree, dry_tree_find(tree, item, "unitOfMeasure"), "1 Hour"))
		return "is not priced by the hour";
	if (sku && ends_in(sku, sku_length, " Low Priority"))
		return "is of the old Low Priority market";
	if ((sku && ends_in(sku, sku_length, " Spot")) == on_demand)
		return "is of the other market";
	if (job->request->region && !dry_tree_is(tree, region, job->request->region))
		return "is of another region";
	return NULL;
}

static bool add_item(struct dry_import_job *job, struct price_points *points,
		     const struct dry_items *items, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t item = items->item;
	uint32_t node = dry_tree_find(tree, item, "currencyCode");
	size_t length, type_length, region_length;
	int64_t at_ms, nusd;

	if (node && !dry_tree_is(tree, node, "USD")) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "currencyCode: is not USD");
		return dry_fail_fix(err, "ask for currencyCode='USD'");
	}
	const char *const type = dry_tree_text(tree, dry_tree_find(tree, item, "armSkuName"), &type_length);
	const char *const region = dry_tree_text(tree, dry_tree_find(tree, item, "armRegionName"),
						 &region_length);
	if (!type || !region)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, item), "%s is missing",
				type ? "armRegionName" : "armSkuName");
	node = dry_tree_find(tree, item, "retailPrice");
	const char *text = dry_tree_text(tree, node, &length);
	const char *wrong = text ? dry_parse_price_nusd(text, length, &nusd) : "is missing";
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node ? node : item), "retailPrice: %s", wrong);
		return dry_fail_expected(err, "US dollars an hour, 0 or more");
	}
	node = dry_tree_find(tree, item, "effectiveStartDate");
	text = dry_tree_text(tree, node, &length);
	wrong = text ? dry_clock_parse(text, length, &at_ms) : "is missing";
	if (wrong)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node ? node : item),
				"effectiveStartDate: %s", wrong);
	price_points_add(job, points, at_ms, type, type_length, region, region_length, nusd);
	job->report->rows_kept++;
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	if (dry_tree_type_of(&items->tree, items->item) != DRY_TREE_OBJECT || !items->in_list)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
				"holds no Items of retail prices");
	job->report->rows_read++;
	const char *const reason = why_not(job, &items->tree, items->item);
	if (!reason)
		return add_item(job, context, items, err);
	DRY_LEAVE_OUT(job, dry_items_where(items, items->item), "%s", reason);
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_azure_prices_read(struct dry_import_job *job, struct dry_error *err)
{
	DRY_NOTE(job, "zone: the region stands for its zones, which all pay its price");
	return price_points_import(job, read_file, err);
}

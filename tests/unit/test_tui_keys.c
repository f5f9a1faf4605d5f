#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/screen.h"
#include "tui/tui.h"

static void a_key_stands_for_one_idea(void **state)
{
	(void)state;
	for (size_t i = 0; i < dry_key_row_count; i++)
		for (size_t j = 0; j < i; j++)
			for (int a = 0; a < 8 && dry_key_table[i].press[a].code; a++)
				for (int b = 0; b < 8 && dry_key_table[j].press[b].code; b++) {
					if (dry_key_table[i].press[a].code != dry_key_table[j].press[b].code)
						continue;
					if (strcmp(dry_key_table[i].idea, dry_key_table[j].idea))
						print_message("%s: %s and %s\n", dry_key_table[i].keys, dry_key_table[i].idea,
							      dry_key_table[j].idea);
					assert_string_equal(dry_key_table[i].idea, dry_key_table[j].idea);
				}
}

/* Two rows of one place must not claim the same key: the second would never be reached. */
static void no_row_hides_another(void **state)
{
	(void)state;
	for (uint32_t where = 1; where <= DRY_ON_HELP; where <<= 1)
		for (size_t i = 0; i < dry_key_row_count; i++)
			for (int a = 0; a < 8 && dry_key_table[i].press[a].code; a++) {
				const struct dry_key_row *row = NULL;

				if (!(dry_key_table[i].where & where))
					continue;
				assert_int_equal(dry_key_action(where, dry_key_table[i].press[a].code, &row),
						 dry_key_table[i].press[a].action);
				assert_ptr_equal(row, &dry_key_table[i]);
			}
}

static void footers_fit_and_name_keys_of_their_screen(void **state)
{
	static const int widths[] = { 59, 79, 119 };

	(void)state;
	for (uint32_t where = 1; where <= DRY_ON_HELP; where <<= 1)
		for (size_t w = 0; w < 3; w++) {
			struct dry_page page = { 0 };

			dry_keys_footer(where, widths[w], &page);
			assert_true(dry_columns(dry_page_string(&page)) <= widths[w]);
			assert_non_null(strstr(dry_page_string(&page), where == DRY_ON_HELP ? "Esc" : "?"));
			dry_page_release(&page);
		}
}

static void key_texts_are_read(void **state)
{
	static const int want[] = { 'd', DRY_KEY_LEFT, '/', 'p', '<', '9', '\n', DRY_KEY_ESC, DRY_KEY_PAGE_DOWN, DRY_CTRL('r'), '\\',
				    DRY_KEY_TAB, '<', 'x', '>', 0x2192, '?', DRY_KEY_NONE };
	const char *text = "d<Left>/p<9\\n\\e<PgDn><C-r>\\\\\\t<x>\u2192\xff";

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_int_equal(dry_keys_read(&text), want[i]);
}

static void the_documented_keys_are_the_keys(void **state)
{
	struct dry_page page = { 0 };
	char *golden = calloc(1, 65536);
	FILE *file;

	(void)state;
	dry_tui_keys_page(&page, true);
	if (getenv("UPDATE")) {
		file = fopen("tests/snapshot/keys.md", "wb");
		assert_non_null(file);
		fputs(dry_page_string(&page), file);
		fclose(file);
	}
	file = fopen("tests/snapshot/keys.md", "rb");
	assert_non_null(file);
	golden[fread(golden, 1, 65535, file)] = '\0';
	fclose(file);
	assert_string_equal(dry_page_string(&page), golden);
	free(golden);
	dry_page_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_stands_for_one_idea),
		cmocka_unit_test(no_row_hides_another),
		cmocka_unit_test(footers_fit_and_name_keys_of_their_screen),
		cmocka_unit_test(key_texts_are_read),
		cmocka_unit_test(the_documented_keys_are_the_keys),
	};

	return cmocka_run_group_tests_name("keys of the screens", tests, NULL, NULL);
}

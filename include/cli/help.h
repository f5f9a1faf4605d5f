/*
 * Texts that are made from the option tables: --help, the manual page, shell
 * completion, and the topics of "dryscale help".
 */
#ifndef DRY_CLI_HELP_H
#define DRY_CLI_HELP_H

#include <stdbool.h>

#include "cli/command.h"

void dry_help_overview(struct dry_page *page);
/* The options that every command has, a line each. */
void dry_help_options(struct dry_page *page);
void dry_help_command(struct dry_page *page, const struct dry_cli_command *command);

/* False when there is no such topic. */
bool dry_help_topic(struct dry_page *page, const char *topic, bool markdown);
extern const char *const dry_help_topics[];     /* ends with NULL */

/* The kinds that can be imported, each with the commands that record it. */
void dry_help_recording(struct dry_page *page);

void dry_help_manual(struct dry_page *page);    /* dryscale(1): roff, man macros */
void dry_help_manual_formats(struct dry_page *page);    /* dryscale-formats(5) */
/* Text as roff shows it; a topic as a section of a page. */
void dry_help_add_roff(struct dry_page *page, const char *text);
void dry_help_add_topic(struct dry_page *page, const char *heading, const char *topic);

/* shell: bash, zsh or fish; false for another. */
bool dry_help_completion(struct dry_page *page, const char *shell);

#endif

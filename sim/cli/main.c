/* The program: everything is behind dry_cli_main(). */
#include "cli/command.h"

int main(int argc, char **argv)
{
	return dry_cli_main(argc, argv);
}

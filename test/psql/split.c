/*
 * What psql makes of a script, by psql's own lexer (libpgfeutils):
 *
 *   split FILE        for each statement a line of numbers: where it ends, where the data of its COPY ... FROM stdin begin
 *                     and end, the length of its text; then the text and a line end
 *   split -c FILE     the script itself without commands of psql: \g and its like become semicolons
 *
 * That a statement is COPY psql learns from the server. Here its words tell.
 */
#include "postgres_fe.h"

#include "fe_utils/psqlscan_int.h"
#include "mb/pg_wchar.h"

extern char *psql_yyget_text(yyscan_t scanner);

static PsqlScanCallbacks const callbacks = {NULL};

static char *
read_file(const char *name, size_t *size)
{
	FILE	   *file = fopen(name, "rb");
	char	   *text;
	long		length;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0)
	{
		perror(name);
		exit(1);
	}
	rewind(file);
	text = malloc(length + 1);
	*size = fread(text, 1, length, file);
	text[*size] = '\0';
	fclose(file);
	return text;
}

static const char *
skip_blanks(const char *at)
{
	for (;;)
	{
		int			depth = 0;

		while (isspace((unsigned char) *at))
			++at;
		if (at[0] == '-' && at[1] == '-')
			at += strcspn(at, "\n");
		else if (at[0] == '/' && at[1] == '*')
			do
			{
				int			opens = strncmp(at, "/*", 2) == 0,
							closes = strncmp(at, "*/", 2) == 0;

				depth += opens - closes;
				at += opens || closes ? 2 : 1;
			} while (depth > 0 && *at);
		else
			return at;
	}
}

static bool
is_word(const char **at, const char *word)
{
	size_t		length = strlen(word);

	if (pg_strncasecmp(*at, word, length) != 0 || isalnum((unsigned char) (*at)[length]) || (*at)[length] == '_')
		return false;
	*at = skip_blanks(*at + length);
	return true;
}

/* The first FROM outside of quotes and parentheses is the one of COPY. */
static bool
copies_from_stdin(const char *sql)
{
	const char *at = skip_blanks(sql);
	int			depth = 0;

	if (!is_word(&at, "copy"))
		return false;
	while (*at)
	{
		if (*at == '"' || *at == '\'')
		{
			char		quote = *at++;

			while (*at && *at != quote)
				++at;
		}
		depth += (*at == '(') - (*at == ')');
		if (depth == 0 && !isalnum((unsigned char) at[-1]) && at[-1] != '_' && is_word(&at, "from"))
			return is_word(&at, "stdin") || is_word(&at, "stdout");
		if (*at)
			++at;
	}
	return false;
}

static size_t
next_line(const char *text, size_t size, size_t at)
{
	const char *end = memchr(text + at, '\n', size - at);

	return end ? (size_t) (end - text) + 1 : size;
}

/* As handleCopyIn() of psql reads it; also without the last line end. */
static size_t
after_data(const char *text, size_t size, size_t at)
{
	while (at < size)
	{
		size_t		next = next_line(text, size, at);
		size_t		length = next - at;

		while (length > 0 && (text[at + length - 1] == '\n' || text[at + length - 1] == '\r'))
			--length;
		if (length == 2 && memcmp(text + at, "\\.", 2) == 0)
			return next;
		at = next;
	}
	return size;
}

static bool
sends(const char *command)
{
	static const char *const names[] = {"g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch", NULL};

	for (int i = 0; names[i]; ++i)
	{
		size_t		length = strlen(names[i]);

		if (strncmp(command, names[i], length) == 0 && !isalpha((unsigned char) command[length]))
			return true;
	}
	return false;
}

int
main(int argc, char **argv)
{
	bool		clean = argc == 3 && strcmp(argv[1], "-c") == 0;
	size_t		size,
				at = 0;
	char	   *text;
	PQExpBuffer query = createPQExpBuffer();
	PsqlScanState scan = psql_scan_create(&callbacks);

	if (argc != 2 && !clean)
	{
		fprintf(stderr, "usage: split [-c] FILE\n");
		return 2;
	}
	text = read_file(argv[argc - 1], &size);
	while (at < size)
	{
		size_t		next = next_line(text, size, at),
					length = next - at;
		size_t		resume = next;	/* behind data that were read meanwhile */
		char	   *line;
		promptStatus_t prompt;
		PsqlScanResult result;

		if (text[next - 1] == '\n')
			--length;
		line = pg_malloc(length + 2);
		memcpy(line, text + at, length);
		line[length] = '\0';
		if (query->len > 0)
			appendPQExpBufferChar(query, '\n');
		psql_scan_setup(scan, line, (int) length, PG_UTF8, true);
		do
		{
			result = psql_scan(scan, query, &prompt);
			if (result == PSCAN_BACKSLASH)
			{
				size_t		offset = psql_yyget_text(scan->scanner) - scan->scanbuf;
				bool		send = sends(line + offset + 1);

				if (!clean)
				{
					fprintf(stderr, "%s: a command of psql at byte %zu\n", argv[argc - 1], at + offset);
					return 1;
				}
				line[offset] = '\0';
				if (send)
					strcat(line, ";");
				/* Read on where the command stood. */
				psql_scan_finish(scan);
				psql_scan_setup(scan, line + offset, (int) strlen(line + offset), PG_UTF8, true);
				continue;
			}
			if (result != PSCAN_SEMICOLON)
				continue;
			if (!clean)
			{
				size_t		end = at + (psql_yyget_text(scan->scanner) - scan->scanbuf) + 1,
							begin = 0,
							data = 0;

				if (copies_from_stdin(query->data) && resume < size)
				{
					begin = resume;
					resume = data = after_data(text, size, resume);
				}
				printf("%zu %zu %zu %zu\n%s\n", end, begin, data, query->len, query->data);
			}
			else if (copies_from_stdin(query->data))
				resume = after_data(text, size, resume);
			resetPQExpBuffer(query);
		} while (result == PSCAN_SEMICOLON || result == PSCAN_BACKSLASH);
		psql_scan_finish(scan);
		if (clean)
		{
			printf("%s\n", line);
			fwrite(text + next, 1, resume - next, stdout);
		}
		free(line);
		at = resume;
	}
	if (!clean && query->len > 0)
		printf("%zu 0 0 %zu\n%s\n", size, query->len, query->data);
	return 0;
}

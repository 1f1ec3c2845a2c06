// SQL functions that say what happens at the nth allocation of the next statement, and the allocations of the server's
// memory contexts: their functions are replaced by ones that count, in a table that all contexts of a kind share.
#define _GNU_SOURCE
#include "postgres.h"

#include "access/xact.h"
#include "allocation.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/memnodes.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <sys/mman.h>
#include <unistd.h>

PG_MODULE_MAGIC;

enum { kinds = 2 };
static MemoryContextMethods *patched[kinds], original[kinds];
static ExecutorStart_hook_type next_executor_start;
static ProcessUtility_hook_type next_utility;

// Once it is recorded, the server cannot bear that what is left of a commit fails: it panics, whoever allocates.
static bool committed;
// Nor does a client that is told of an error then know that its statement is done; a CALL goes on behind a commit.
static bool ends_with_commit;

static void on_transaction(XactEvent event, void *argument) {
    (void) argument;
    committed = event == XACT_EVENT_COMMIT;
    if (committed && ends_with_commit)
        allocation_counter.counting = false;
}

// Functions of the server that end the session when they run out of memory, or leave something broken behind that crashes
// it later, whatever it does next: nothing that an extension could do anything about.
static const char *const careless[] = {
    "LockAcquireExtended",  // an entry of the local lock table without a list of owners: the next one is written there
    "ParseLongOption",      // for the SET clause of a function: FATAL
    "pgstat_get_entry_ref", // an entry of the local table of statistics that points nowhere: it is followed at exit
};

static bool in_careless_code(void) {
    void *frames[12];
    int const count = backtrace(frames, lengthof(frames));
    for (int i = 0; i < count; ++i) {
        Dl_info info;
        if (dladdr(frames[i], &info) && info.dli_sname)
            for (size_t j = 0; j < lengthof(careless); ++j)
                if (strcmp(info.dli_sname, careless[j]) == 0)
                    return true;
    }
    return false;
}

static bool spared(void) {
    if (committed && (!TopTransactionContext || IsTransactionState()))
        committed = false;
    return committed || CritSectionCount > 0 || in_careless_code();
}

static void out_of_memory(MemoryContext context, Size size) {
    ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
            errdetail("Failed on request of size %zu in memory context \"%s\".", size, context->name));
}

#if PG_VERSION_NUM >= 170000
#define FLAGS_PARAMETER , int flags
#define FLAGS_ARGUMENT , flags
#define MAY_FAIL_SILENTLY (flags & MCXT_ALLOC_NO_OOM)
#else
#define FLAGS_PARAMETER
#define FLAGS_ARGUMENT
#define MAY_FAIL_SILENTLY false
#endif
#if PG_VERSION_NUM >= 160000
#define CONTEXT_OF(pointer, context) GetMemoryChunkContext(pointer)
#define REALLOC_PARAMETERS void *pointer, Size size FLAGS_PARAMETER
#define REALLOC_ARGUMENTS pointer, size FLAGS_ARGUMENT
#else
#define CONTEXT_OF(pointer, context) (context)
#define REALLOC_PARAMETERS MemoryContext context, void *pointer, Size size
#define REALLOC_ARGUMENTS context, pointer, size
#endif

#define COUNTED(kind)                                                                                                  \
    static void *alloc_##kind(MemoryContext context, Size size FLAGS_PARAMETER) {                                      \
        void *result;                                                                                                  \
        if (allocation_fails()) {                                                                                      \
            if (MAY_FAIL_SILENTLY)                                                                                     \
                return NULL;                                                                                           \
            out_of_memory(context, size);                                                                              \
        }                                                                                                              \
        ++allocation_counter.nested;                                                                                   \
        result = original[kind].alloc(context, size FLAGS_ARGUMENT);                                                   \
        --allocation_counter.nested;                                                                                   \
        return result;                                                                                                 \
    }                                                                                                                  \
    static void *realloc_##kind(REALLOC_PARAMETERS) {                                                                  \
        void *result;                                                                                                  \
        if (allocation_fails()) {                                                                                      \
            if (MAY_FAIL_SILENTLY)                                                                                     \
                return NULL;                                                                                           \
            out_of_memory(CONTEXT_OF(pointer, context), size);                                                         \
        }                                                                                                              \
        ++allocation_counter.nested;                                                                                   \
        result = original[kind].realloc(REALLOC_ARGUMENTS);                                                            \
        --allocation_counter.nested;                                                                                   \
        return result;                                                                                                 \
    }
COUNTED(0)
COUNTED(1)

static void patch(int kind, MemoryContext example) {
    MemoryContextMethods *const methods = (MemoryContextMethods *) example->methods;
    uintptr_t const page = sysconf(_SC_PAGESIZE), begin = (uintptr_t) methods & ~(page - 1);
    original[kind] = *methods;
    patched[kind] = methods;
    // It is constant data, relocated when the server started.
    if (mprotect((void *) begin, (uintptr_t) methods + sizeof *methods - begin, PROT_READ | PROT_WRITE) != 0)
        elog(ERROR, "could not make the memory contexts' functions writable: %m");
    methods->alloc = kind == 0 ? alloc_0 : alloc_1;
    methods->realloc = kind == 0 ? realloc_0 : realloc_1;
}

static void start_counting(bool call) {
    if (!allocation_counter.armed)
        return;
    ends_with_commit = !call;
    allocation_counter.armed = false;
    allocation_counter.nested = 0;
    allocation_counter.counting = true;
}

static void executor_start(QueryDesc *query, int flags) {
    start_counting(false);
    if (next_executor_start)
        next_executor_start(query, flags);
    else
        standard_ExecutorStart(query, flags);
}

static void utility(PlannedStmt *statement, const char *text, bool read_only, ProcessUtilityContext context,
                    ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *destination,
                    QueryCompletion *completion) {
    start_counting(true);
    if (next_utility)
        next_utility(statement, text, read_only, context, parameters, environment, destination, completion);
    else
        standard_ProcessUtility(statement, text, read_only, context, parameters, environment, destination, completion);
}

void _PG_init(void);
void _PG_init(void) {
    MemoryContext const example =
        GenerationContextCreate(CurrentMemoryContext, "example", 0, ALLOCSET_SMALL_INITSIZE, ALLOCSET_SMALL_MAXSIZE);
    patch(0, TopMemoryContext);
    patch(1, example);
    MemoryContextDelete(example);
    RegisterXactCallback(on_transaction, NULL);
    next_executor_start = ExecutorStart_hook;
    ExecutorStart_hook = executor_start;
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = utility;
}

// What SIGINT and SIGTERM do.
static void cancel(void) {
    InterruptPending = true;
    QueryCancelPending = true;
}

static void terminate(void) {
    InterruptPending = true;
    ProcDiePending = true;
}

// inject(what text, nth bigint, times bigint): oom, cancel or terminate
PG_FUNCTION_INFO_V1(inject);
Datum inject(PG_FUNCTION_ARGS) {
    char *const what = text_to_cstring(PG_GETARG_TEXT_PP(0));
    allocation_counter.interrupt = strcmp(what, "cancel") == 0      ? cancel
                                   : strcmp(what, "terminate") == 0 ? terminate
                                                                    : NULL;
    allocation_counter.nth = PG_GETARG_INT64(1);
    allocation_counter.left = PG_GETARG_INT64(2);
    allocation_counter.spared = spared;
    allocation_counter.count = 0;
    allocation_counter.hit = false;
    allocation_counter.trace = getenv("INJECTION_TRACE") != NULL;
    allocation_counter.armed = true;
    PG_RETURN_VOID();
}

// injected(): how many allocations the statement made, negative when one of them was hit
PG_FUNCTION_INFO_V1(injected);
Datum injected(PG_FUNCTION_ARGS) {
    PG_RETURN_INT64(allocation_counter.hit ? -(int64) allocation_counter.count : (int64) allocation_counter.count);
}

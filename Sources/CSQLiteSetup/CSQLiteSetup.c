#include "CSQLiteSetup.h"

#include <sqlite3.h>

// sqlite3_config takes variable arguments, which Swift cannot call.
int tiyin_sqlite_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

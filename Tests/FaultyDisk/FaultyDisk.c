#include "FaultyDisk.h"
int faulty_disk_placeholder(void) { return 0; }

int faulty_disk_placeholder(void);

"""What the plugins that write files share: whole files, and lines at the end of one."""

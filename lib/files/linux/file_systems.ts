/**
 * File systems whose changes don't all pass through this kernel, by the `f_type` of statfs: events about them prove
 * nothing, so their files are asked by stat. Everything else (ext4, xfs, btrfs, tmpfs, overlay …) is trusted.
 */
export const BLIND_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "network"], // NFS
  [0x517b, "network"], // SMB
  [0xff534d42, "network"], // CIFS
  [0xfe534d42, "network"], // SMB2
  [0x564c, "network"], // NCP
  [0x01021997, "network"], // 9p
  [0x5346414f, "network"], // AFS
  [0x6b414653, "network"], // kernel AFS
  [0x73757245, "network"], // Coda
  [0x00c36400, "network"], // Ceph
  [0x0bd00bd0, "network"], // Lustre
  [0x47504653, "network"], // GPFS
  [0x7461636f, "network"], // OCFS2
  [0x01161970, "network"], // GFS2
  [0x19830326, "network"], // BeeGFS
  [0xaad7aaea, "network"], // PanFS
  [0x786f4256, "host-shared"], // vboxsf
  [0xbacbacbc, "host-shared"], // vmhgfs
  [0x65735546, "fuse"],
  [0x9fa0, "pseudo"], // proc
  [0x62656572, "pseudo"], // sysfs
  [0x64626720, "pseudo"], // debugfs
  [0x74726163, "pseudo"], // tracefs
  [0x27e0eb, "pseudo"], // cgroup
  [0x63677270, "pseudo"], // cgroup2
  [0x6165676c, "pseudo"], // pstore
  [0x62656570, "pseudo"], // configfs
]);

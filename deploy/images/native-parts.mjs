// Plain JavaScript: it runs inside an image build.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';

/** `e_machine` of the ELF header, by Node's names. */
const machines = new Map([
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
]);

/** The processor an ELF file was made for; its number where it has no name here; undefined where it is no ELF file. */
export const elfMachineOf = (file) => {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    const length = readSync(descriptor, header, 0, header.length, 0);
    if (length < header.length || header.readUInt32BE(0) !== 0x7f454c46) return undefined;
  } finally {
    closeSync(descriptor);
  }
  // Byte 5: 1 is little-endian.
  const machine = header[5] === 1 ? header.readUInt16LE(18) : header.readUInt16BE(18);
  return machines.get(machine) ?? `machine ${machine}`;
};

/**
 * Native parts below a folder that a program for Linux on `arch` could not load, each with what it was made for.
 * Images are Linux; for another platform nothing is looked at.
 */
export const foreignPartsIn = (folder, { platform, arch }) => {
  if (platform !== 'linux') return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:node|dylib|dll)$|\.so(?:\.\d+)*$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, machine: elfMachineOf(path) }))
    .filter(({ machine }) => machine !== arch)
    .map(({ path, machine }) => `${relative(folder, path)} (${machine ?? 'no ELF file'})`)
    .toSorted();
};

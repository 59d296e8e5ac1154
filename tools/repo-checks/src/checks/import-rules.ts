import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import { buildModuleGraph, type ModuleGraph, shortestPath } from '../graph/module-graph.ts';
import type { Repository, Workspace } from '../repository.ts';
import { EDGE_RULES, IMPORT_EXCEPTIONS, REACH_RULES } from './import-rules-table.ts';

/** The import rules on the built graph: what is not imported cannot leak. */
export const importRules: RepoCheck = { name: 'import rules', run };

function run(repository: Repository): CheckResult {
  const graph = buildModuleGraph(repository);
  return {
    scope: `${graph.edges.size} modules`,
    findings: [
      ...graph.unbuilt.map((directory) => ({
        file: directory,
        what: 'is not built',
        mend: 'run tsc -b first',
      })),
      ...graph.unresolved.map(({ module, specifier }) => ({
        file: module,
        what: `imports ${specifier}, which leads to no file`,
        mend: 'correct the specifier, the exports of the package, or build it',
      })),
      ...reachFindings(graph),
      ...edgeFindings(graph),
      ...undeclared(repository, graph),
    ],
  };
}

function reachFindings(graph: ModuleGraph): readonly Finding[] {
  return REACH_RULES.flatMap((rule) => {
    const modules = [...graph.edges.keys()].filter((id) => rule.from.test(id));
    const computed = modules.filter((id) => graph.computed.includes(id));
    const paths = modules
      .map((id) => shortestPath(graph, id, (target) => rule.to.test(target)))
      .filter((path) => path !== undefined)
      // Only the last module inside the bounds is at fault; those that import it would repeat the finding.
      .filter((path) => !rule.from.test(path[1] as string));
    return [
      ...paths.map((path) => ({
        file: path[0] as string,
        what: `reaches ${path.at(-1)} by ${path.join(' -> ')} (${rule.id})`,
        mend: `cut the chain: ${rule.why}`,
      })),
      ...computed.map((file) => ({
        file,
        what: `imports a module named at run time, which ${rule.id} cannot follow`,
        mend: 'import by a literal name',
      })),
    ];
  });
}

function edgeFindings(graph: ModuleGraph): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [from, targets] of graph.edges) {
    for (const to of targets) {
      const edge = `${from} -> ${to}`;
      for (const rule of EDGE_RULES) {
        const isAllowed = IMPORT_EXCEPTIONS.some(
          (exception) => exception.rule === rule.id && exception.edge.test(edge),
        );
        if (!rule.edge.test(edge) || isAllowed) continue;
        findings.push({
          file: from,
          what: `imports ${to} (${rule.id})`,
          mend: `remove the import: ${rule.why}`,
        });
      }
    }
  }
  return findings;
}

/** Imports that work only because npm hoists another workspace's dependency. */
function undeclared(repository: Repository, graph: ModuleGraph): readonly Finding[] {
  const owner = (id: string) => repository.workspaces.find(({ directory }) => id.startsWith(`${directory}/`));
  const findings = new Map<string, Finding>();
  for (const [from, targets] of graph.edges) {
    const workspace = owner(from);
    for (const to of targets) {
      const name = to.startsWith('npm:') ? to.slice('npm:'.length) : owner(to)?.manifest.name;
      if (workspace === undefined || name === undefined || declares(workspace, name)) continue;
      findings.set(`${workspace.directory} ${name}`, {
        file: `${workspace.directory}/package.json`,
        what: `does not declare ${name}, which ${from} imports`,
        mend: 'add it to the dependencies',
      });
    }
  }
  return [...findings.values()];
}

function declares({ manifest }: Workspace, name: string): boolean {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return (
    manifest.name === name ||
    [dependencies, optionalDependencies, peerDependencies].some((list) => Object.hasOwn(list ?? {}, name))
  );
}

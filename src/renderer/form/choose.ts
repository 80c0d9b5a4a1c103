import type { PathKind } from '../../shared/ipc-form';
import type { DraftField } from '../../shared/job-draft';
import { bridge } from '../bridge';
import { setField, useForm } from './form-store';

/** Asks for a path with the system's dialog and puts it into a field; the folder may follow. */
export async function chooseFor(kind: PathKind, field: DraftField): Promise<void> {
  const chosen = await bridge.choosePath(kind, useForm.getState().draft.fields.folder.trim());
  if (chosen === null) return;
  const { start } = useForm.getState();
  if (chosen.folder !== start?.defaultFolder) setField('folder', chosen.folder);
  if (kind !== 'folder') setField(field, chosen.path);
}

import { ProcessionError } from '../../core/errors';

/**
 * The input of a built-in target is not usable. The message names the argument or the file and says what to do; `code`
 * is one of
 *
 * - `ERR_TARGET_ARGS` an argument is wrong,
 * - `ERR_NO_FILES` the list of files is empty,
 * - `ERR_FILE_READ` a file cannot be read,
 * - `ERR_NOT_DICOM` a file is something else,
 * - `ERR_DICOM_DAMAGED` a file is cut off or broken,
 * - `ERR_DICOM_UNSUPPORTED` a file is of a kind that is not handled,
 * - `ERR_DICOM_SERIES` files do not belong together.
 */
export class TargetInputError extends ProcessionError {}

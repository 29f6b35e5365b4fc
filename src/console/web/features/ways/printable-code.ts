/** Dots per inch of the PNG: what printers ask for. */
const PRINT_DPI = 300;
const CM_PER_INCH = 2.54;

export interface Printable {
  readonly file: Blob;
  /** Number of modules of one side, the quiet zone included. */
  readonly modules: number;
}

/** The code as a file of so many centimetres. The drawing itself has no unit. */
export function printable(drawn: SVGSVGElement, widthCm: number): Printable {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', `${widthCm}cm`);
  copy.setAttribute('height', `${widthCm}cm`);
  copy.removeAttribute('style');
  copy.removeAttribute('class');
  const file = new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
  return { file, modules: drawn.viewBox.baseVal.width };
}

/** A PNG of at least the print resolution. Each module is a whole number of pixels, so that no edge is blurred. */
export async function pngOf({ file, modules }: Printable, widthCm: number): Promise<Blob> {
  const pixelsOfModule = Math.ceil(((widthCm / CM_PER_INCH) * PRINT_DPI) / modules);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = modules * pixelsOfModule;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no pictures');
  context.imageSmoothingEnabled = false;
  context.drawImage(await pictureOf(file), 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((png) => (png ? resolve(png) : reject(new Error('the browser made no PNG'))), 'image/png');
  });
}

async function pictureOf(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    return picture;
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

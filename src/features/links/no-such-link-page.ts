/** What whoever opens an unknown link sees. It says nothing about what exists, and needs no script. */
export const noSuchLinkPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>链接打不开 · Link not found</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 26rem; padding: 1.5rem; }
h1 { font-size: 1.375rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
</style>
</head>
<body>
<main>
<h1>这个链接打不开</h1>
<p>可能少复制了几个字，或者它已经不用了。请回到原来的消息里再点一次，或者直接问问联系你的伙伴。</p>
<p lang="en">This link cannot be opened. Perhaps a few letters are missing, or it is no longer used. Please tap it once more in the message, or ask the person who wrote to you.</p>
</main>
</body>
</html>
`;

// SPDX-License-Identifier: GPL-3.0-or-later
// validate.js -- `node validate.js FOLDER FILE...`: the Khronos validator, installed in FOLDER, on
// .glb files.  Status 1 if it has an error or a warning, which are printed.
'use strict'
const fs = require('fs')
const path = require('path')
const validator = require(path.join(process.argv[2], 'gltf-validator'))

async function main(files) {
  let bad = 0
  for (const file of files) {
    const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)))
    const { numErrors, numWarnings, messages } = report.issues
    for (const m of messages.filter((m) => m.severity < 2))
      console.log(`${file}: ${m.code} ${m.pointer || ''} ${m.message}`)
    console.log(`${file}: ${numErrors} errors, ${numWarnings} warnings`)
    bad += numErrors + numWarnings
  }
  process.exitCode = bad ? 1 : 0
}
main(process.argv.slice(3)).catch((e) => {
  console.log(String(e))
  process.exitCode = 2
})

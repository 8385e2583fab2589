import Foundation

/// Prints at once, also into a pipe: what a sandbox says must not wait in a buffer.
func print(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
}

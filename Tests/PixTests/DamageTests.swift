import Foundation
import Pix
import TestSupport
import Testing

/// A damaged code pays somebody else, or another amount: none may be read.
@Suite("Damage")
struct DamageTests {
    @Test("each byte of each vector replaced by each of the edges is found", arguments: Vectors.good.map(\.name))
    func everyByte(name: String) {
        let edges = Array("0123456789ADFadfZz.*+- ,\n".utf8) + [0x00, 0x1F, 0x7F]
        let bytes = Array(Vectors.text(name).utf8)
        for position in bytes.indices {
            for edge in edges where edge != bytes[position] {
                var damaged = bytes
                damaged[position] = edge
                // The one exception that there is: the check sum's letters may be small.
                let isSameSum =
                    position >= bytes.count - 4
                    && String(UnicodeScalar(edge)).uppercased().utf8.elementsEqual([bytes[position]])
                let isRead = (try? BRCode(String(decoding: damaged, as: UTF8.self))) != nil
                if isRead != isSameSum { Issue.record("\(name), byte \(position) as \(edge): read is \(isRead)") }
            }
        }
    }

    @Test(
        "no beginning, no end, no code with a byte less, more or two swapped is read", arguments: ["V1", "V3", "V13"])
    func shifted(name: String) {
        let bytes = Array(Vectors.text(name).utf8)
        for position in bytes.indices {
            expectRefused(Array(bytes[..<position]), "\(name) cut at \(position)")
            if position > 0 { expectRefused(Array(bytes[position...]), "\(name) from \(position)") }
            var less = bytes
            less.remove(at: position)
            expectRefused(less, "\(name) without byte \(position)")
            var more = bytes
            more.insert(UInt8(ascii: "0"), at: position)
            expectRefused(more, "\(name) with a 0 before byte \(position)")
            guard position > 0, bytes[position] != bytes[position - 1] else { continue }
            var swapped = bytes
            swapped.swapAt(position, position - 1)
            expectRefused(swapped, "\(name) with \(position) swapped")
        }
    }

    @Test("whatever the text, with a right check sum: refused, or read and written back the same")
    func random() {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["TIYIN_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 5000
        let seed = environment["TIYIN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 6
        var random = SeededGenerator(seed: seed)
        let vectors = (Vectors.good + Vectors.odd).map { Array($0.text.dropLast(8).unicodeScalars) }
        let pieces = Array("0123456789BRbr.gov*é\u{301}\u{1F600}".unicodeScalars)
        var read = 0
        for round in 0..<rounds {
            guard var scalars = vectors.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: scalars.indices, using: &random)
                let piece = pieces[Int.random(in: pieces.indices, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: scalars.insert(piece, at: place)
                case 1 where scalars.count > 1: scalars.remove(at: place)
                default: scalars[place] = piece
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let text = Rewriting.summed(String(view))
            guard let code = try? BRCode(text) else { continue }
            read += 1
            if !code.text.utf8.elementsEqual(text.utf8) { Issue.record("seed \(seed), round \(round): \(text)") }
        }
        // Otherwise the damage is such that nothing was tried.
        #expect(read > rounds / 20)
    }

    private func expectRefused(_ bytes: [UInt8], _ what: String) {
        if (try? BRCode(String(decoding: bytes, as: UTF8.self))) != nil { Issue.record("\(what) was read") }
    }
}

import StrictJSON

/// A period and a part of what fell into it.
///
/// Source: pix.md 3.2 (GET /cob).
struct PixBankPage {
    let period: ClosedRange<Int64>
    private let start: Int64
    private let end: Int64
    private let number: Int
    private let size: Int

    init(_ query: [String: String], _ kind: PixBankProblem.Kind) throws(PixBankProblem) {
        start = try Self.moment("inicio", query, kind)
        end = try Self.moment("fim", query, kind)
        guard start <= end else { throw PixBankProblem(kind, "fim é anterior a inicio", at: "fim") }
        period = start...end
        number = try Self.integer("paginacao.paginaAtual", 0, 0...1_000_000, query, kind)
        size = try Self.integer("paginacao.itensPorPagina", 100, 1...1_000, query, kind)
    }

    private static func moment(
        _ name: String, _ query: [String: String], _ kind: PixBankProblem.Kind
    ) throws(PixBankProblem) -> Int64 {
        guard let moment = query[name].flatMap(PixMoment.read) else {
            throw PixBankProblem(kind, "é obrigatório e respeita a RFC 3339", at: name)
        }
        return moment
    }

    private static func integer(
        _ name: String, _ standard: Int, _ range: ClosedRange<Int>, _ query: [String: String],
        _ kind: PixBankProblem.Kind
    ) throws(PixBankProblem) -> Int {
        guard let text = query[name] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw PixBankProblem(kind, "de \(range.lowerBound) a \(range.upperBound)", at: name)
        }
        return number
    }

    func reply(_ name: String, _ items: [JSONValue]) -> PixBankReply {
        let pages = (items.count + size - 1) / size
        return PixBankReply(
            200,
            .object([
                "parametros": [
                    "inicio": .string(PixMoment.text(start)), "fim": .string(PixMoment.text(end)),
                    "paginacao": [
                        "paginaAtual": .integer(Int64(number)), "itensPorPagina": .integer(Int64(size)),
                        "quantidadeDePaginas": .integer(Int64(pages)),
                        "quantidadeTotalDeItens": .integer(Int64(items.count)),
                    ],
                ],
                name: .array(Array(items.dropFirst(number * size).prefix(size))),
            ]))
    }
}

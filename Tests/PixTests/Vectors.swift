/// The codes of pix.md 1.7, to the byte: V from the manuals and from libraries, S made by the same rules, N to be
/// refused or only just taken.
enum Vectors {
    /// Good ones; every check sum was computed twice, by their makers and by the fact sheet.
    static let good: [(name: String, text: String)] = [
        (
            "V1",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62070503***63041D3D
            """
        ),
        (
            "V2",
            """
            00020101021226730014br.gov.bcb.pix2551pix.example.com/v2/8b3da2f39a4140d1a91abd93113bd4415204000\
            053039865406123.455802BR5913Fulano de Tal6008BRASILIA62190515RP12345678-201963047309
            """
        ),
        (
            "V3",
            """
            00020104141234567890123426660014BR.GOV.BCB.PIX014466756C616E6F32303139406578616D706C652E636F6D27\
            300012BR.COM.OUTRO011001234567895204000053039865406123.455802BR5915NOMEDORECEBEDOR6008BRASILIA61\
            087007490062530515RP12345678-201950300017BR.GOV.BCB.BRCODE01051.0.080450014BR.GOV.BCB.PIX0123PAD\
            RAO.URL.PIX/0123ABCD81390012BR.COM.OUTRO01190123.ABCD.3456.WXYZ6304EB76
            """
        ),
        (
            "V4",
            """
            00020126510014br.gov.bcb.pix0115thalesog@me.com0210Pedido 123520400005303986540510.005802BR5914T\
            HALES OGLIARI6015SAO MIGUEL DO O62070503***63040DC6
            """
        ),
        (
            "V5",
            """
            00020126510014br.gov.bcb.pix0115thalesog@me.com0210Pedido 1235204000053039865802BR5914THALES OGL\
            IARI6015SAO MIGUEL DO O62070503***630462CA
            """
        ),
        (
            "V6",
            """
            00020126740014br.gov.bcb.pix2552payload.psp.com/3ec9d2f9-5f03-4e0e-820d-63a81e769e87520400005303\
            9865802BR5914THALES OGLIARI6015SAO MIGUEL DO O62070503***630442C5
            """
        ),
        (
            "V7",
            """
            00020101021226740014br.gov.bcb.pix2552payload.psp.com/3ec9d2f9-5f03-4e0e-820d-63a81e769e87520400\
            0053039865802BR5914THALES OGLIARI6015SAO MIGUEL DO O62070503***63042895
            """
        ),
        (
            "V8",
            """
            00020126740014br.gov.bcb.pix2552payload.psp.com/3ec9d2f9-5f03-4e0e-820d-63a81e769e87520400005303\
            9865802BR5912BARBARA PELE6015SAO MIGUEL DO O62070503***63040433
            """
        ),
        (
            "V9",
            """
            00020126580014BR.GOV.BCB.PIX0122jonnasfonini@gmail.com0210Invoice #4520400005303986540520.675802\
            BR5913Jonnas Fonini6005Marau62410503***50300017BR.GOV.BCB.BRCODE01051.0.06304CF13
            """
        ),
        (
            "V10",
            """
            00020126510014BR.GOV.BCB.PIX0114+55540000000000211Lunch money52040000530398654045.505802BR5913Jo\
            nnas Fonini6012Porto Alegre62410503***50300017BR.GOV.BCB.BRCODE01051.0.063044766
            """
        ),
        (
            "V11",
            """
            00020126580014BR.GOV.BCB.PIX0122jonnasfonini@gmail.com0210Invoice #4520400005303986540520.675802\
            BR5913Jonnas Fonini6005Marau624305059999950300017BR.GOV.BCB.BRCODE01051.0.0630401F3
            """
        ),
        (
            "V12",
            """
            00020126950014br.gov.bcb.pix01364004901d-bd85-4769-8e52-cb4c42c506dc0221Jornada pagador 43107030\
            8999990085204000053039865406577.575802BR5903Pix6008BRASILIA6229052599ed983ea570413d8d336301d6304\
            18B7
            """
        ),
        (
            "V13",
            """
            00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/8b3da2f39a4140d1a91abd93113bd4415204\
            000053039865802BR5913Fulano de Tal6008BRASILIA62070503***80800014br.gov.bcb.pix2558pix.example.c\
            om/qr/v2/rec/94ed2badcbc04c15b0bb7fa35319489063047741
            """
        ),
        (
            "V14",
            """
            00020126180014br.gov.bcb.pix5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***8080001\
            4br.gov.bcb.pix2558pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002630462C9
            """
        ),
        (
            "V15",
            """
            00020126510014br.gov.bcb.pix0114123456780001950211Pedido 10515204000053039865406350.005802BR5921\
            Fornecedor Exemplo SA6009SAO PAULO62140510NF2026081563049524
            """
        ),
        (
            "S1",
            """
            00020126330014br.gov.bcb.pix01111234567890952040000530398654040.015802BR5913Fulano de Tal6008BRA\
            SILIA62110507PEDIDO16304EDDB
            """
        ),
        (
            "S2",
            """
            00020126360014br.gov.bcb.pix0114123456780001955204000053039865406149.905802BR5920EMPRESA EXEMPLO\
             LTDA6014BELO HORIZONTE62140510pedido106163047340
            """
        ),
        (
            "S3",
            """
            00020126360014br.gov.bcb.pix0114+556191234567852040000530398654131234567890.125802BR5913Fulano d\
            e Tal6008BRASILIA62070503***6304753D
            """
        ),
        (
            "S4",
            """
            00020126590014br.gov.bcb.pix0137fulano_da_silva.recebedor@example.com5204000053039865802BR5913Fu\
            lano de Tal6008BRASILIA62180514RP12345678201963043E4B
            """
        ),
        (
            "S5",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540510.005802\
            BR5913Fulano de Tal6008BRASILIA62290525AAAAAAAAAAAAAAAAAAAAAAAAA63043D60
            """
        ),
        (
            "S6",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540510.005802\
            BR5913Fulano de Tal6008BRASILIA62130509PEDIDO472630400DD
            """
        ),
    ]

    /// Others.
    static let odd: [(name: String, text: String)] = [
        (
            "N1",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62070503***63041D3E
            """
        ),
        (
            "N2",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62070503***63041d3d
            """
        ),
        (
            "N3",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62080503***63040EDE
            """
        ),
        (
            "N4",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA6304740C
            """
        ),
        (
            "N5",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053038405802BR5913Ful\
            ano de Tal6008BRASILIA62070503***63040C88
            """
        ),
        (
            "N6",
            """
            00020126580014br.gov.bcb.pxx0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62070503***63043394
            """
        ),
        (
            "N7",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540510,005802\
            BR5913Fulano de Tal6008BRASILIA62070503***63042756
            """
        ),
        (
            "N8",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540410.05802B\
            R5913Fulano de Tal6008BRASILIA62070503***6304CCD4
            """
        ),
        (
            "N9",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6006Maceió62070503***63040185
            """
        ),
        (
            "N10",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5926ABC\
            DEFGHIJKLMNOPQRSTUVWXYZ6008BRASILIA62070503***63049F8E
            """
        ),
        (
            "N11",
            """
            00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Ful\
            ano de Tal6008BRASILIA62110507abc-def6304DD86
            """
        ),
        (
            "N12",
            """
            00020126800014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400002518pix.example.com/v2520400\
            0053039865802BR5913Fulano de Tal6008BRASILIA62070503***630430B7
            """
        ),
    ]

    static func text(_ name: String) -> String {
        guard let found = (good + odd).first(where: { $0.name == name }) else { fatalError("no vector \(name)") }
        return found.text
    }
}
